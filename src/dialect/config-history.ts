/**
 * What kube-proxy's settings mean and which of them it refuses, release by release. Nothing else in `config/` knows a
 * version number. Rows stand oldest first; the newest at or below a release holds.
 *
 * Sources: cmd/kube-proxy/app/server*.go, options.go and pkg/proxy/apis/config/validation/validation.go at the release
 * named; what was really refused, and in which words, is in the oracle's `refused.json`.
 */
import { type Row, rowAt, rows } from './rows.ts';
import { OLDEST, type Version, VERSIONS } from './version.ts';

/** Whether two CIDRs of different families may be given as `clusterCIDR`. */
export type DualStack = 'never' | 'with-gate' | 'unless-gated-off' | 'always';

/** How `clusterCIDR` is checked and what kube-proxy says of it. */
export interface ClusterCidrWords {
  readonly invalid: string;
  /** Several CIDRs where one family is served. */
  readonly onlyOne: string;
  readonly tooMany: string;
  readonly notDualStack: string;
  /** Quoted as a list, and only looked at where detectLocalMode is ClusterCIDR. */
  readonly asList: boolean;
}

/** How `nodePortAddresses` is checked and what kube-proxy says of it. */
export interface NodePortAddressWords {
  readonly invalid: string;
  /** Each bad entry is named; otherwise the whole list is, once. */
  readonly each: boolean;
  /** Words that may stand for addresses: `primary` alone, or any of them beside networks. */
  readonly keywords: 'none' | 'primary-alone' | 'any';
}

export type DetectLocalMode = 'ClusterCIDR' | 'NodeCIDR' | 'BridgeInterface' | 'InterfaceNamePrefix';

export interface DetectLocalModes {
  readonly known: readonly DetectLocalMode[];
  /** At start, or (better worded) when the configuration is validated. */
  readonly refusedBy: 'start' | 'validation';
}

/** The values of `mode` that kube-proxy takes. */
export interface ProxyModes {
  readonly known: readonly string[];
  /** Those it takes while a feature gate is on. */
  readonly gated: readonly { readonly mode: string; readonly gate: string }[];
  /** Between the modes in its answer to an unknown one. */
  readonly separator: ',' | ', ';
}

/**
 * kube-proxy starts and can make no virtual server; falls back to mode iptables; or refuses to start, for the module
 * or the answer of the kernel.
 */
export type IpvsUnknownScheduler = 'no-servers' | 'other-mode' | 'module-missing' | 'not-found';

/** What the node IP of each family is taken from, when two families are served. */
export type DualStackNodeIps = 'bind-address' | 'primary-only' | 'both';

/** What `iptables.localhostNodePorts` decides. */
export type LocalhostNodePorts = 'no-setting' | 'as-set' | 'as-set-if-loopback-is-open';

const singleExample = '(e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)';
const dualExample = '(e.g. 10.100.0.0/16,fde4:8dba:82e1::/48)';
const invalidIn116 = 'must be a valid CIDR block (e.g. 10.100.0.0/16 or FD02::0:0:0/96)';
const wordsSince118: ClusterCidrWords = {
  invalid: `must be a valid CIDR block ${singleExample}`,
  onlyOne: `only one CIDR allowed ${singleExample}`,
  tooMany: `only one CIDR allowed or a valid DualStack CIDR ${dualExample}`,
  notDualStack: `must be a valid DualStack CIDR ${dualExample}`,
  asList: false,
};
const pairSince131 =
  'must be a either a single CIDR or dual-stack pair of CIDRs (e.g. [10.100.0.0/16, fde4:8dba:82e1::/48]';
const modesSince118: readonly DetectLocalMode[] = ['ClusterCIDR', 'NodeCIDR'];
const modesSince124: readonly DetectLocalMode[] = [
  'ClusterCIDR',
  'NodeCIDR',
  'BridgeInterface',
  'InterfaceNamePrefix',
];

export const CONFIG_HISTORY = {
  /**
   * 1.20 as captured: it took a dual-stack clusterCIDR without being told of the gate.
   * The gate itself is on by default from 1.21 and gone from kube-proxy's decisions from 1.23 on.
   */
  dualStack: rows<DualStack>(
    { since: OLDEST, value: 'never' },
    // 1.16 and 1.17 have the gate, but in mode ipvs alone.
    { since: '1.18', value: 'with-gate' },
    { since: '1.20', value: 'unless-gated-off' },
    { since: '1.23', value: 'always' },
  ),

  clusterCidr: rows<ClusterCidrWords>(
    {
      since: OLDEST,
      value: {
        ...wordsSince118,
        invalid: 'must be a valid CIDR block (e.g. 10.100.0.0/16)',
        onlyOne: 'must be a valid CIDR block (e.g. 10.100.0.0/16)',
      },
    },
    { since: '1.16', value: { ...wordsSince118, invalid: invalidIn116, onlyOne: invalidIn116 } },
    { since: '1.18', value: wordsSince118 },
    {
      since: '1.31',
      value: { ...wordsSince118, tooMany: pairSince131, notDualStack: pairSince131, asList: true },
    },
  ),

  nodePortAddresses: rows<NodePortAddressWords>(
    { since: OLDEST, value: { invalid: 'must be a valid IP block', each: false, keywords: 'none' } },
    { since: '1.20', value: { invalid: 'must be a valid CIDR', each: true, keywords: 'none' } },
    { since: '1.31', value: { invalid: 'must be a valid CIDR', each: true, keywords: 'primary-alone' } },
    // kubernetes#138427; how it says no was not seen.
    {
      since: '1.37',
      value: {
        invalid: "must be a valid CIDR, 'primary', 'localhost' or 'all'",
        each: true,
        keywords: 'any',
      },
    },
  ),

  /**
   * Which addresses serve node ports in mode nftables when none of the proxier's family is given: all, the node's own
   * one of that family, or, when nothing at all is given, the node's own of both. (NewNodePortAddresses,
   * pkg/proxy/util/nodeport_addresses.go; platformApplyDefaults, cmd/kube-proxy/app/server_linux.go)
   */
  nftablesNodePorts: rows<'all' | 'node-ip' | 'primary'>(
    { since: OLDEST, value: 'all' },
    { since: '1.30', value: 'node-ip' },
    { since: '1.31', value: 'primary' },
  ),

  detectLocalModes: rows<DetectLocalModes>(
    { since: OLDEST, value: { known: [], refusedBy: 'start' } },
    { since: '1.18', value: { known: modesSince118, refusedBy: 'start' } },
    { since: '1.24', value: { known: modesSince124, refusedBy: 'start' } },
    { since: '1.28', value: { known: modesSince124, refusedBy: 'validation' } },
  ),

  /** The oldest releases had no ipvs mode; their answers were not captured. */
  proxyModes: rows<ProxyModes>(
    { since: OLDEST, value: { known: ['iptables', 'ipvs', 'userspace'], gated: [], separator: ',' } },
    { since: '1.26', value: { known: ['iptables', 'ipvs'], gated: [], separator: ',' } },
    { since: '1.28', value: { known: ['iptables', 'ipvs'], gated: [], separator: ', ' } },
    {
      since: '1.29',
      value: {
        known: ['iptables', 'ipvs'],
        gated: [{ mode: 'nftables', gate: 'NFTablesProxyMode' }],
        separator: ', ',
      },
    },
    // kubernetes#139397; the gate is deprecated and on.
    {
      since: '1.37',
      value: {
        known: ['iptables'],
        gated: [
          { mode: 'ipvs', gate: 'KubeProxyIPVS' },
          { mode: 'nftables', gate: 'NFTablesProxyMode' },
        ],
        separator: ', ',
      },
    },
  ),

  /**
   * What a configuration without a mode brings: mode iptables, or that and a warning that the default is to become
   * nftables. (KEP-5343, kubernetes#139957)
   */
  unsetMode: rows<'silent' | 'warned-of'>(
    { since: OLDEST, value: 'silent' },
    { since: '1.37', value: 'warned-of' },
  ),

  /**
   * What becomes of a scheduler that the kernel lacks. (CanUseIPVSProxier, pkg/proxy/ipvs; getProxyMode,
   * cmd/kube-proxy/app/server_others.go)
   */
  ipvsUnknownScheduler: rows<IpvsUnknownScheduler>(
    { since: OLDEST, value: 'no-servers' },
    { since: '1.20', value: 'other-mode' },
    { since: '1.26', value: 'module-missing' },
    { since: '1.27', value: 'not-found' },
  ),

  /** nodeIPTuple up to 1.27, detectNodeIPs in 1.28 and its new form from 1.29 on. */
  dualStackNodeIps: rows<DualStackNodeIps>(
    { since: OLDEST, value: 'bind-address' },
    { since: '1.28', value: 'primary-only' },
    { since: '1.29', value: 'both' },
  ),

  /** An unspecified bindAddress decides the family itself, or leaves that to the node's addresses. */
  familyOfUnspecifiedBindAddress: rows<'bind-address' | 'node'>(
    { since: OLDEST, value: 'bind-address' },
    { since: '1.19', value: 'node' },
  ),

  /** A cluster CIDR or pod CIDR of the wrong family alone: refused at start by a proxier of one family. */
  wrongFamilyCidr: rows(
    { since: OLDEST, value: 'clusterCIDR %s has incorrect IP version: expect isIPv6=%t' },
    { since: '1.18', value: 'CIDR %s has incorrect IP version: expect isIPv6=%t' },
  ),

  /** checkIPConfig: pod CIDRs that are all of the other family forbid detectLocalMode NodeCIDR. */
  podCidrsMustFitPrimaryFamily: rows({ since: OLDEST, value: false }, { since: '1.28', value: true }),

  /** How a list of texts is quoted in a refusal. (Error.ErrorBody, apimachinery/pkg/util/validation/field) */
  listSyntax: rows<'go' | 'json'>({ since: OLDEST, value: 'go' }, { since: '1.34', value: 'json' }),

  /** Validate: a `portRange` that is none is refused, in every mode. (v1.30.5 and v1.31.14) */
  checksPortRange: rows({ since: OLDEST, value: true }, { since: '1.31', value: false }),

  localhostNodePorts: rows<LocalhostNodePorts>(
    { since: OLDEST, value: 'no-setting' },
    { since: '1.26', value: 'as-set' },
    { since: '1.27', value: 'as-set-if-loopback-is-open' },
  ),

  zoneLabel: rows(
    { since: OLDEST, value: 'failure-domain.beta.kubernetes.io/zone' },
    { since: '1.17', value: 'topology.kubernetes.io/zone' },
  ),
} as const satisfies Readonly<Record<string, readonly Row<unknown>[]>>;

/** The facts of one release about its settings. */
export type ConfigFacts = {
  readonly [F in keyof typeof CONFIG_HISTORY]: (typeof CONFIG_HISTORY)[F][number]['value'];
};

const FACTS: ReadonlyMap<Version, ConfigFacts> = new Map(
  VERSIONS.map((version) => {
    const entries = Object.entries(CONFIG_HISTORY).map(([fact, history]) => [
      fact,
      rowAt<unknown>(history, version).value,
    ]);
    return [version, Object.freeze(Object.fromEntries(entries)) as ConfigFacts];
  }),
);

/** Every fact about settings at one release. */
export function configFactsFor(version: Version): ConfigFacts {
  const facts = FACTS.get(version);
  if (facts === undefined) throw new Error(`no facts about ${version}`);
  return facts;
}

/** The first release whose facts satisfy the test; undefined when none does. */
export function firstVersionWhere(test: (facts: ConfigFacts) => boolean): Version | undefined {
  return VERSIONS.find((version) => test(configFactsFor(version)));
}
