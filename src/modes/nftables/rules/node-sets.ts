/** The sets and maps that are there whatever the Services are. */
import { type NamedSet } from '../../../netfilter/nftables/model.ts';
import { type IpFamily } from '../../../text/ip.ts';
import { elements, type NodeSection, type Part, type RuleContext } from './part.ts';
import { addressType, word } from './pieces.ts';

interface NodeSet {
  readonly name: string;
  /** `address` stands for the type of the family's addresses. */
  readonly key: readonly string[];
  readonly isMap?: true;
  readonly flags?: readonly string[];
  readonly comment: string;
  readonly isThere?: (context: RuleContext) => boolean;
}

const PORTAL = ['address', 'inet_proto', 'inet_service'] as const;
const NODE_PORT = ['inet_proto', 'inet_service'] as const;

const hasFirewallSets = ({ features }: RuleContext): boolean => features.nftFirewall === 'sets';

/** In the order in which kube-proxy makes them. (setupNFTables) */
const NODE_SETS: readonly NodeSet[] = [
  {
    name: 'hairpin-connections',
    key: ['address', 'address', 'inet_proto', 'inet_service'],
    comment: 'service hairpin connections',
    isThere: ({ features }) => features.nftHairpin === 'set',
  },
  {
    name: 'cluster-ips',
    key: ['address'],
    comment: 'Active ClusterIPs',
    isThere: ({ features }) => features.nftClusterIpsCheck,
  },
  {
    name: 'nodeport-ips',
    key: ['address'],
    comment: 'IPs that accept NodePort traffic',
    isThere: ({ state }) => state.nodePortAddresses.kind === 'some',
  },
  {
    name: 'no-endpoint-services',
    key: PORTAL,
    isMap: true,
    comment: 'vmap to drop or reject packets to services with no endpoints',
  },
  {
    name: 'no-endpoint-nodeports',
    key: NODE_PORT,
    isMap: true,
    comment: 'vmap to drop or reject packets to service nodeports with no endpoints',
  },
  {
    name: 'firewall',
    key: PORTAL,
    comment: 'destinations that are subject to LoadBalancerSourceRanges',
    isThere: hasFirewallSets,
  },
  {
    name: 'firewall-allow',
    key: [...PORTAL, 'address'],
    flags: ['interval'],
    comment: 'destinations+sources that are allowed by LoadBalancerSourceRanges',
    isThere: hasFirewallSets,
  },
  {
    name: 'firewall-ips',
    key: PORTAL,
    isMap: true,
    comment: 'destinations that are subject to LoadBalancerSourceRanges',
    isThere: (context) => !hasFirewallSets(context),
  },
  {
    name: 'service-ips',
    key: PORTAL,
    isMap: true,
    comment: 'ClusterIP, ExternalIP and LoadBalancer IP traffic',
  },
  { name: 'service-nodeports', key: NODE_PORT, isMap: true, comment: 'NodePort traffic' },
];

/** Every set that the release has, still empty. */
export const nodeSets: NodeSection = (context) =>
  NODE_SETS.filter(({ isThere }) => isThere?.(context) !== false).map((set) => setPart(set, context));

function setPart({ name, key, isMap, flags = [], comment }: NodeSet, context: RuleContext): Part {
  const { settings, features } = context;
  const set: Omit<NamedSet, 'elements' | 'otherLines'> = {
    name,
    keyType: key.map((type) => fieldType(type, settings.ipFamily)),
    flags,
    ...(isMap && { dataType: ['verdict'] }),
    ...(features.nftObjectComments && { comment }),
  };
  return { kind: 'set', set };
}

const fieldType = (type: string, family: IpFamily): string =>
  type === 'address' ? addressType(family) : type;

const LOOPBACK = /^127\.|^::1$/;

/** The addresses that serve node ports; those of loopback cannot. */
export const nodePortIps: NodeSection = ({ state }) =>
  state.nodePortAddresses.kind === 'all'
    ? []
    : [
        elements(
          'nodeport-ips',
          state.nodePortAddresses.ips.filter((ip) => !LOOPBACK.test(ip)).map((ip) => ({ key: word(ip) })),
        ),
      ];
