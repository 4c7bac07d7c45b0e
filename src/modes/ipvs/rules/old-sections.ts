/** Rules of releases before all that is for the node went through KUBE-NODE-PORT. (syncProxyRules, v1.8 to v1.11) */
import { type Match, type Rule } from '../../../netfilter/iptables/model.ts';
import { nat } from '../../iptables/rules/part.ts';
import { ACCEPT, comment, ifNotLocal, jump, toMarkDrop, toPortal } from '../../iptables/rules/pieces.ts';
import { FIRE_WALL, NODE_PORT, SERVICES } from './chains.ts';
import { type IpvsSection } from './part.ts';
import { commented, MASQUERADE } from './set-matches.ts';

/** A rule for each cluster IP: traffic from outside the cluster is masqueraded. */
export const clusterIpRules: IpvsSection = ({ state, settings }) => {
  const outside = settings.masqueradeAll ? {} : ifNotLocal(settings.localTraffic);
  if (outside === undefined) return [];
  const rules = state.ports.map((port): Rule => ({
    ...outside,
    ...toPortal(port, port.clusterIP, `${port.name} cluster IP`, settings),
    target: MASQUERADE,
  }));
  return [nat(SERVICES, rules)];
};

/** Load balancers are masqueraded, unless of policy Local. */
export const loadBalancerMasquerade: IpvsSection = (context) =>
  context.collected.isEmpty('loadBalancerMasquerade')
    ? []
    : [
        nat(SERVICES, [
          { matches: commented('loadBalancerMasquerade', 'dst,dst', context), target: MASQUERADE },
        ]),
      ];

/**
 * Builds the chain that drops what comes from no allowed source. No rule leads to it: kube-proxy adds one to
 * KUBE-SERVICES, and empties that chain afterwards.
 */
export const unusedFirewall: IpvsSection = (context) => {
  const allowed = (['loadBalancerSourceCidr', 'loadBalancerSourceIp'] as const).filter(
    (set) => !context.collected.isEmpty(set),
  );
  if (allowed.length === 0) return [];
  return [
    nat(FIRE_WALL, [
      ...allowed.map((set): Rule => ({ matches: commented(set, 'dst,dst,src', context), target: ACCEPT })),
      { matches: [], target: toMarkDrop },
    ]),
  ];
};

/** The rule that leads to that chain, where iptables-restore refuses to empty KUBE-SERVICES. */
export const firewallJump: IpvsSection = (context) =>
  context.collected.isEmpty('loadBalancerSourceCidr') || context.features.ipvsRules !== 'by-set'
    ? []
    : [nat(SERVICES, [{ matches: commented('loadBalancer', 'dst,dst', context), target: jump(FIRE_WALL) }])];

const PROTOCOL_SETS = [
  ['tcp', 'nodePortTcp'],
  ['udp', 'nodePortUdp'],
] as const;

/** Node ports are masqueraded, unless of policy Local. */
export const nodePortMasquerade: IpvsSection = (context) =>
  PROTOCOL_SETS.filter(([, set]) => !context.collected.isEmpty(set)).map(([protocol, set]) =>
    nat(SERVICES, [
      {
        protocol: { value: protocol },
        matches: [ofProtocol(protocol), ...commented(set, 'dst', context)],
        target: MASQUERADE,
      },
    ]),
  );

const ofProtocol = (protocol: 'tcp' | 'udp'): Match => ({ kind: 'port', protocol });

/** Node ports of UDP, in the release that treats them apart. All that comes to KUBE-NODE-PORT is masqueraded then. */
export const udpNodePorts: IpvsSection = (context) => {
  const { collected, features } = context;
  if (features.ipvsNodePortRules !== 'udp-apart') return [];
  const last = nat(NODE_PORT, [{ matches: [], target: MASQUERADE }]);
  if (collected.isEmpty('nodePortUdp')) return [last];
  const toNodePort: Rule = {
    protocol: { value: 'udp' },
    matches: [ofProtocol('udp'), ...commented('nodePortUdp', 'dst', context)],
    target: jump(NODE_PORT),
  };
  const local: Rule = { matches: commented('nodePortLocalUdp', 'dst', context), target: ACCEPT };
  const other: Rule = {
    matches: [comment('mark MASQ for externaltrafficpolicy=cluster')],
    target: MASQUERADE,
  };
  return [
    nat(SERVICES, [toNodePort]),
    nat(NODE_PORT, [...(collected.isEmpty('nodePortLocalUdp') ? [] : [local]), other]),
    last,
  ];
};
