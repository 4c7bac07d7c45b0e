/** Where kube-proxy's chains hook in, release by release. (nftablesBaseChains and nftablesJumpChains, proxier.go) */
import { type Features } from '../../../dialect/features.ts';
import { IF_NEW, jump, rule } from './pieces.ts';
import { type NodeSection, type Part, rules } from './part.ts';

interface BaseChain {
  readonly name: string;
  readonly type: 'filter' | 'nat';
  readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  readonly priority: number;
  /** Chains that new connections pass, in this order. */
  readonly forNew?: readonly string[];
  /** The chain that every packet passes. */
  readonly forAll?: string;
}

const DSTNAT = -100;
const SRCNAT = 100;
const BEFORE_NAT = DSTNAT - 1;
const WELL_BEFORE_NAT = DSTNAT - 10;
const WELL_AFTER_NAT = DSTNAT + 10;
const FILTER = 0;

const NAT: readonly BaseChain[] = [
  { name: 'nat-prerouting', type: 'nat', hook: 'prerouting', priority: DSTNAT, forAll: 'services' },
  { name: 'nat-output', type: 'nat', hook: 'output', priority: DSTNAT, forAll: 'services' },
  { name: 'nat-postrouting', type: 'nat', hook: 'postrouting', priority: SRCNAT, forAll: 'masquerading' },
];

const filterChain = (
  name: string,
  hook: BaseChain['hook'],
  priority: number,
  ...forNew: readonly string[]
): BaseChain => ({ name, type: 'filter', hook, priority, forNew });

const LAYOUTS: Readonly<Record<Features['nftBaseChains'], readonly BaseChain[]>> = {
  'before-nat': [
    filterChain('filter-input', 'input', BEFORE_NAT, 'endpoints-check', 'firewall-check'),
    filterChain('filter-forward', 'forward', BEFORE_NAT, 'endpoints-check', 'forward', 'firewall-check'),
    filterChain('filter-output', 'output', BEFORE_NAT, 'endpoints-check', 'firewall-check'),
    ...NAT,
  ],
  'around-nat': [
    filterChain('filter-prerouting', 'prerouting', WELL_BEFORE_NAT, 'firewall-check'),
    filterChain(
      'filter-input',
      'input',
      WELL_BEFORE_NAT,
      'nodeport-endpoints-check',
      'service-endpoints-check',
    ),
    filterChain('filter-forward', 'forward', WELL_BEFORE_NAT, 'service-endpoints-check', 'cluster-ips-check'),
    filterChain('filter-output', 'output', WELL_BEFORE_NAT, 'service-endpoints-check', 'firewall-check'),
    filterChain('filter-output-post-dnat', 'output', WELL_AFTER_NAT, 'cluster-ips-check'),
    ...NAT,
  ],
  'filter-priority': [
    filterChain('filter-prerouting-pre-dnat', 'prerouting', WELL_BEFORE_NAT, 'firewall-check'),
    filterChain('filter-output-pre-dnat', 'output', WELL_BEFORE_NAT, 'firewall-check'),
    filterChain('filter-input', 'input', FILTER, 'nodeport-endpoints-check', 'service-endpoints-check'),
    filterChain('filter-forward', 'forward', FILTER, 'service-endpoints-check', 'cluster-ips-check'),
    filterChain('filter-output', 'output', FILTER, 'service-endpoints-check', 'cluster-ips-check'),
    ...NAT,
  ],
};

/** Packets of known connections are looked at here, too. */
const SEES_ALL: ReadonlySet<string> = new Set(['forward']);

/** The chains that the kernel calls, with their jumps. */
export const baseChains: NodeSection = ({ features }) =>
  LAYOUTS[features.nftBaseChains].map(({ name, type, hook, priority }): Part => ({
    kind: 'chain',
    name,
    hook: { type, hook, priority, policy: 'accept' },
  }));

/** What the base chains lead to. */
export const baseJumps: NodeSection = ({ features }) =>
  LAYOUTS[features.nftBaseChains].map(({ name, forNew = [], forAll }) =>
    rules(name, [
      ...forNew.map((chain) => (SEES_ALL.has(chain) ? rule([jump(chain)]) : rule([IF_NEW, jump(chain)]))),
      ...(forAll === undefined ? [] : [rule([jump(forAll)])]),
    ]),
  );
