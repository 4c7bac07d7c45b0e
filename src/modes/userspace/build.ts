/** Builds the rules of mode userspace, in which kube-proxy itself carries every connection. */
import { type Features } from '../../dialect/features.ts';
import {
  type Chain,
  type Match,
  type Rule,
  type RuleSet,
  type Table,
  type Target,
} from '../../netfilter/iptables/model.ts';
import { type ProxySettings, type UserspaceSettings } from '../../proxy/settings.ts';
import { type ProxyState, type ServicePort } from '../../proxy/state.ts';
import { addressBits, type IpFamily } from '../../text/ip.ts';
import { CHAINS } from './pieces.ts';

/** A service port, and the port of the node on which kube-proxy listens for it. */
export interface ProxiedPort extends ServicePort {
  readonly proxyPort: number;
}

/** An address of a Service that leads to the proxy. */
interface PortalAddress {
  readonly ip: string;
  /** An external IP may be that of another machine. */
  readonly isExternal: boolean;
}

/**
 * Returns the service ports that have a proxy. The proxy speaks TCP and UDP only. (newProxySocket,
 * pkg/proxy/userspace/proxysocket.go)
 */
export const proxiedPorts = ({ ports }: ProxyState): readonly ProxiedPort[] =>
  ports.flatMap((port) =>
    port.proxyPort === undefined || port.protocol === 'sctp' ? [] : [{ ...port, proxyPort: port.proxyPort }],
  );

/** Returns all rules that kube-proxy writes for the state on an empty node. (iptablesInit and openPortal) */
export function buildPortals(state: ProxyState, settings: ProxySettings, features: Features): RuleSet {
  const { ipFamily: family, userspace, familyServed } = settings;
  if (!familyServed || userspace === undefined) return { family, tables: [] };
  const ports = proxiedPorts(state);
  const withFilter = features.userspaceFilter !== 'none';
  return {
    family,
    tables: [...(withFilter ? [filterTable(ports, features)] : []), natTable(ports, userspace, family)],
  };
}

const builtIn = (name: string, rules: readonly Rule[] = []): Chain => ({ name, policy: 'ACCEPT', rules });

const CLUSTER_IPS = 'handle ClusterIPs; NOTE: this must be before the NodePort rules';
const NODE_PORTS = 'handle service NodePorts; NOTE: this must be the last rule in the chain';
const NON_LOCAL = 'Ensure that non-local NodePort traffic can flow';

const comment = (text: string): Match => ({ kind: 'comment', text });
const TO_NODE: Match = { kind: 'addrtype', destination: { value: 'LOCAL' } };
/** Packets that do not come in by a bridge: on some nodes pods are behind one. */
const NOT_BRIDGED: Match = { kind: 'other', module: 'physdev', words: ['!', '--physdev-is-in'] };
const NEW: Match = { kind: 'other', module: 'state', words: ['--state', 'NEW'] };

const jump = (chain: string, ...matches: readonly Match[]): Rule => ({
  matches,
  target: { kind: 'jump', chain },
});

function natTable(ports: readonly ProxiedPort[], settings: UserspaceSettings, family: IpFamily): Table {
  const jumps = (portals: string, nodePorts: string): readonly Rule[] => [
    jump(portals, comment(CLUSTER_IPS)),
    jump(nodePorts, TO_NODE, comment(NODE_PORTS)),
  ];
  const portals = (toProxy: ToProxy, ways: Ways): readonly Rule[] =>
    ports.flatMap((port) =>
      addressesOf(port).flatMap(({ ip, isExternal }) =>
        ways(isExternal).map((way) => ({
          destination: { value: `${ip}/${addressBits(family)}` },
          ...toPort(port, port.port, way),
          target: toProxy(port.proxyPort, settings),
        })),
      ),
    );
  const nodePorts = (toProxy: ToProxy): readonly Rule[] =>
    ports.flatMap((port) =>
      port.nodePort === undefined
        ? []
        : [{ ...toPort(port, port.nodePort), target: toProxy(port.proxyPort, settings) }],
    );
  return {
    name: 'nat',
    chains: [
      builtIn('PREROUTING', jumps(CHAINS.portalsContainer, CHAINS.nodePortContainer)),
      builtIn('INPUT'),
      builtIn('OUTPUT', jumps(CHAINS.portalsHost, CHAINS.nodePortHost)),
      builtIn('POSTROUTING'),
      { name: CHAINS.nodePortContainer, rules: nodePorts(containerToProxy) },
      { name: CHAINS.nodePortHost, rules: nodePorts(hostToProxy) },
      { name: CHAINS.portalsContainer, rules: portals(containerToProxy, containerWays) },
      { name: CHAINS.portalsHost, rules: portals(hostToProxy, hostWays) },
    ],
  };
}

/** The packets that a portal takes, as further matches of each of its rules. (openOnePortal) */
type Ways = (isExternal: boolean) => readonly (readonly Match[])[];

const containerWays: Ways = (isExternal) => (isExternal ? [[NOT_BRIDGED], [TO_NODE]] : [[]]);
const hostWays: Ways = (isExternal) => (isExternal ? [[TO_NODE]] : [[]]);

const addressesOf = ({ clusterIP, externalIPs, loadBalancerIPs }: ServicePort): readonly PortalAddress[] => [
  { ip: clusterIP, isExternal: false },
  ...externalIPs.map((ip) => ({ ip, isExternal: true })),
  ...loadBalancerIPs.map((ip) => ({ ip, isExternal: false })),
];

/** (iptablesCommonPortalArgs) */
const toPort = (
  { name, protocol }: ServicePort,
  destination: number,
  more: readonly Match[] = [],
): Pick<Rule, 'protocol' | 'matches'> => ({
  protocol: { value: protocol },
  matches: [comment(name), { kind: 'port', protocol, destination }, ...more],
});

/** Leads packets to the proxy. */
type ToProxy = (proxyPort: number, settings: UserspaceSettings) => Target;

/** A proxy that listens on all addresses gets packets at the address of the interface by which they come. */
const containerToProxy: ToProxy = (proxyPort, { listenIP }) =>
  listenIP === undefined
    ? { kind: 'other', name: 'REDIRECT', words: ['--to-ports', String(proxyPort)] }
    : { kind: 'dnat', destination: socketAddress(listenIP, proxyPort) };

/** REDIRECT would send packets of the node itself to localhost, and answers would come from elsewhere. */
const hostToProxy: ToProxy = (proxyPort, { listenIP, hostIP }) => ({
  kind: 'dnat',
  destination: socketAddress(listenIP ?? hostIP, proxyPort),
});

const socketAddress = (ip: string, port: number): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;

function filterTable(ports: readonly ProxiedPort[], { userspaceFilter }: Features): Table {
  const rules = ports
    .filter(({ nodePort }) => nodePort !== undefined)
    .map((port): Rule => {
      const again = userspaceFilter === 'comment-twice' ? [comment(port.name)] : [];
      return { ...toPort(port, port.proxyPort, [...again, NEW]), target: { kind: 'accept' } };
    });
  return {
    name: 'filter',
    chains: [
      builtIn('INPUT', [jump(CHAINS.nonLocal, comment(NON_LOCAL))]),
      builtIn('FORWARD'),
      builtIn('OUTPUT'),
      { name: CHAINS.nonLocal, rules },
    ],
  };
}
