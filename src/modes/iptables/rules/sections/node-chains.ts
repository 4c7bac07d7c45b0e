import { type Match, type Rule } from '../../../../netfilter/iptables/model.ts';
import { filter, nat, type NodeSection } from '../part.ts';
import { ACCEPT, comment, DROP, INLINE_MARK, jump, RETURN, states, toNode } from '../pieces.ts';
import { formatCidr, isZeroCidr } from '../../../../text/ip.ts';
import { nodePortDestinations } from '../node-port-destinations.ts';
import { DROP_MARKED, KUBELET_DROP_MARK, MARTIANS } from '../kubelet-firewall.ts';

const masqueradeMark = (bit: number): number => 2 ** bit;

const marked = (mark: number, negated = false): Match => ({
  kind: 'mark',
  mark: negated ? { value: mark, negated } : { value: mark },
  mask: mark,
});

/** Builds the chains that exist with any Services, even when they stay empty. */
export const standingChains: NodeSection = ({ features }) => [
  ...(features.clusterIpRejects ? [filter('KUBE-SERVICES', [])] : []),
  ...(features.externalServicesChain ? [filter('KUBE-EXTERNAL-SERVICES', [])] : []),
  ...(features.healthCheckAccept ? [filter('KUBE-NODEPORTS', [])] : []),
  ...(features.blockedTraffic === 'filter-drop' ? [filter('KUBE-PROXY-FIREWALL', [])] : []),
  nat('KUBE-SERVICES', []),
  nat('KUBE-NODEPORTS', []),
];

/**
 * Builds the empty chains by which kube-proxy notices that somebody flushed the tables. (Monitor, pkg/util/iptables)
 */
export const canaries: NodeSection = ({ features }) =>
  features.canary
    ? (['mangle', 'nat', 'filter'] as const).map((table) => ({
        table,
        chain: 'KUBE-PROXY-CANARY',
        rules: [],
      }))
    : [];

/**
 * Builds the rules that give marked packets the address of the node: KUBE-POSTROUTING and KUBE-MARK-MASQ, or one rule
 * in POSTROUTING.
 */
export const masquerade: NodeSection = ({ features, settings }) => {
  const mark = masqueradeMark(settings.masqueradeBit);
  const snat = comment('kubernetes service traffic requiring SNAT');
  const target = {
    kind: 'masquerade',
    randomFully: features.masqueradeRandomFully && settings.randomFully,
  } as const;
  const setMark = nat('KUBE-MARK-MASQ', [{ matches: [], target: { kind: 'mark', value: mark, mask: mark } }]);
  switch (features.masquerading) {
    case 'inline-mark':
      return [nat('POSTROUTING', [{ matches: [snat, INLINE_MARKED], target }])];
    case 'mark-chain':
      return [nat('KUBE-POSTROUTING', [{ matches: [snat, marked(mark)], target }]), setMark];
    case 'mark-chain-cleared':
      return [
        nat('KUBE-POSTROUTING', [
          { matches: [marked(mark, true)], target: RETURN },
          // --xor-mark clears the mark, so that a packet which passes again is not masqueraded without being marked
          // again.
          { matches: [], target: { kind: 'mark', value: mark, mask: 0 } },
          { matches: [snat], target },
        ]),
        setMark,
      ];
  }
};

const INLINE_MARKED: Match = { kind: 'mark', mark: { value: INLINE_MARK }, mask: 0xffffffff };

/**
 * Builds the chains that kubelet creates before kube-proxy starts. (syncNetworkUtil,
 * pkg/kubelet/kubelet_network_linux.go)
 */
export const kubeletChains: NodeSection = ({ features, settings }) => {
  if (features.kubeletChains === 'none') return [];
  const withMartians = features.kubeletChains === 'mark-drop-and-martians' && settings.ipFamily === 'IPv4';
  return [
    nat('KUBE-MARK-DROP', [
      {
        matches: [],
        target: { kind: 'mark', value: KUBELET_DROP_MARK, mask: KUBELET_DROP_MARK },
      },
    ]),
    filter('KUBE-FIREWALL', [DROP_MARKED, ...(withMartians ? [MARTIANS] : [])]),
  ];
};

/**
 * Builds KUBE-FIREWALL of kube-proxy. Node ports on localhost need route_localnet, which would also accept packets from
 * outside.
 */
export const ownFirewall: NodeSection = ({ features, settings }) => {
  if (!features.ownFirewallChain) return [];
  const needed = settings.ipFamily === 'IPv4' && settings.localhostNodePorts;
  return [filter('KUBE-FIREWALL', needed ? [MARTIANS] : [])];
};

/**
 * Builds KUBE-FORWARD: it drops INVALID packets and accepts masqueraded packets and packets of established connections.
 */
export const forward: NodeSection = (context) =>
  context.features.forwardChain
    ? [filter('KUBE-FORWARD', [...dropInvalid(context), ...acceptForwarded(context)])]
    : [];

/** Accepts masqueraded packets and packets of established connections, even where FORWARD lets nothing else pass. */
export const acceptForwarded = (context: Parameters<NodeSection>[0]): readonly Rule[] => [
  {
    matches: [comment('kubernetes forwarding rules'), marked(masqueradeMark(context.settings.masqueradeBit))],
    target: ACCEPT,
  },
  ...acceptEstablished(context),
];

function dropInvalid({ features, settings }: Parameters<NodeSection>[0]): readonly Rule[] {
  if (features.dropInvalid === 'never') return [];
  if (features.dropInvalid === 'unless-tcp-liberal' && settings.tcpBeLiberal) return [];
  const counted: readonly Match[] =
    features.nfacctCounters && settings.nfacct
      ? [{ kind: 'nfacct', counter: 'ct_state_invalid_dropped_pkts' }]
      : [];
  return [{ matches: [states('INVALID'), ...counted], target: DROP }];
}

function acceptEstablished({ features, settings }: Parameters<NodeSection>[0]): readonly Rule[] {
  const rule = (which: string): Rule => ({
    matches: [comment(`kubernetes forwarding conntrack ${which}`), states('RELATED', 'ESTABLISHED')],
    target: ACCEPT,
  });
  switch (features.forwardEstablished) {
    case 'one-rule':
      return [rule('rule')];
    case 'pod-source-and-destination':
      return [rule('pod source rule'), rule('pod destination rule')];
    case 'cluster-cidr': {
      if (settings.localTraffic.kind !== 'cidr') return [];
      const { cidr } = settings.localTraffic;
      const network = isZeroCidr(cidr) ? undefined : { value: formatCidr(cidr) };
      return [
        { ...(network && { source: network }), ...rule('pod source rule') },
        { ...(network && { destination: network }), ...rule('pod destination rule') },
      ];
    }
  }
}

/** Builds the last rule of KUBE-SERVICES: packets to the node itself may be for a node port. */
export const nodePortJump: NodeSection = ({ state, settings, features }) => {
  const remark = comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain');
  const target = jump('KUBE-NODEPORTS');
  const destinations = nodePortDestinations(state.nodePortAddresses, settings, features);
  if (destinations.kind === 'addresses') {
    const bits = settings.ipFamily === 'IPv4' ? 32 : 128;
    return [
      nat(
        'KUBE-SERVICES',
        destinations.ips.map((ip): Rule => ({
          destination: { value: `${ip}/${bits}` },
          matches: [remark],
          target,
        })),
      ),
    ];
  }
  const { except } = destinations;
  const excluded =
    except === undefined ? {} : { destination: { value: formatCidr(except), negated: true } as const };
  return [nat('KUBE-SERVICES', [{ ...excluded, matches: [remark, toNode], target }])];
};
