/** Lists what a node in mode ipvs holds: virtual servers in place of chains. Its parts name no Service. */
import { type Compilation } from '../compile.ts';
import { type IpvsDump } from '../modes/ipvs/dump.ts';
import {
  type ServedAddress,
  servedKey,
  type ServedKind,
  servedKinds,
} from '../modes/ipvs/recognise/address-kinds.ts';
import { labelOf } from '../modes/ipvs/rules/label.ts';
import { isOwnChain } from '../modes/ipvs/rules/own-chains.ts';
import { type SeenPort } from '../modes/port-facts.ts';
import { type RealServer, type VirtualServer } from '../netfilter/ipvs/model.ts';
import { printVirtualAddress, socketText } from '../netfilter/ipvs/print.ts';
import { type RuleSet } from '../netfilter/iptables/model.ts';
import { choiceOf } from '../packets/ipvs/schedulers.ts';
import { ZERO } from '../packets/rational.ts';
import { type ServicePort } from '../proxy/state.ts';
import { addToGroup } from '../text/groups.ts';
import { type ListedChain, type ListedEndpoint, type ListedPort } from './listed-port.ts';
import { type NodeListing } from './node-listing.ts';
import { listSeen, listServices, sortPorts } from './services.ts';
import { type KnownChain } from './whose-chain.ts';

/** Lists every Service of compiled manifests, also those without virtual servers. */
export function listIpvsCompilation({ cluster, state, model }: Compilation<'ipvs'>): NodeListing {
  const byOwner = new Map<string, VirtualServer[]>();
  for (const server of model.servers)
    addToGroup(byOwner, model.owners.get(printVirtualAddress(server.address)) ?? '', server);
  const ports = listServices(cluster, state, (port) => (byOwner.get(labelOf(port)) ?? []).map(listedServer));
  return listingOf(ports, model.rules);
}

/**
 * Lists the virtual servers of a node. Names are those of the service ports that have the same addresses; `named` are
 * all that are known. Virtual servers of nobody known have a line each, those of a node port together.
 */
export function listIpvsDump(dump: IpvsDump, named: readonly ServicePort[]): NodeListing {
  const { servers = [], sets = [], rules } = dump;
  const kindOf = servedKinds(sets);
  const owners = ownersOf(named);
  const groups = new Map<string, Placed[]>();
  for (const server of servers) {
    const placed = placeOf(server, kindOf);
    if (placed === undefined) continue;
    const isNodePort = placed.kind === 'node port';
    const key = servedKey(isNodePort ? { ...placed, ip: '' } : placed);
    const owner = owners.get(key);
    addToGroup(groups, owner === undefined ? key : labelOf(owner), { ...placed, owner });
  }
  const ports = [...groups.values()].flatMap(portOf);
  return listingOf(sortPorts(ports), rules ?? { family: dump.family, tables: [] });
}

/** A virtual server with what its address is. */
interface Placed extends ServedAddress {
  readonly server: VirtualServer;
  readonly kind: ServedKind;
  readonly owner?: ServicePort | undefined;
}

/** Marks of the firewall are no addresses of Services. */
function placeOf(server: VirtualServer, kindOf: (at: ServedAddress) => ServedKind): Placed | undefined {
  const { address } = server;
  return address.kind === 'mark' ? undefined : { ...address, server, kind: kindOf(address) };
}

/** Service ports by their addresses; node ports by their port alone. */
function ownersOf(ports: readonly ServicePort[]): ReadonlyMap<string, ServicePort> {
  const owners = new Map<string, ServicePort>();
  for (const owner of ports) {
    const { protocol, port, nodePort, clusterIP, externalIPs, loadBalancerIPs } = owner;
    for (const ip of [clusterIP, ...externalIPs, ...loadBalancerIPs])
      owners.set(servedKey({ ip, protocol, port }), owner);
    if (nodePort !== undefined) owners.set(servedKey({ ip: '', protocol, port: nodePort }), owner);
  }
  return owners;
}

/** The service port that virtual servers are of. Without a name nobody knows which others belong to it. */
function portOf([first, ...others]: readonly Placed[]): readonly ListedPort[] {
  if (first === undefined) return [];
  const all = [first, ...others];
  const seen: SeenPort = {
    name: first.owner?.name,
    protocol: first.protocol,
    addresses: all.flatMap(({ kind, ip, port }) =>
      kind === 'node port' ? [] : [{ kind, ip, port, mayBeClusterIP: false }],
    ),
    nodePort: all.find(({ kind }) => kind === 'node port')?.port,
    healthCheckNodePort: undefined,
  };
  const listed = listSeen(
    seen,
    all.map(({ server }) => listedServer(server)),
  );
  return [first.owner === undefined ? { ...listed, type: undefined } : listed];
}

/** `10.96.0.20:80/TCP`. */
const serverName = ({ address }: VirtualServer): string =>
  address.kind === 'mark'
    ? `mark ${address.mark}`
    : `${socketText(address.ip, address.port)}/${address.protocol.toUpperCase()}`;

function listedServer(server: VirtualServer): ListedChain {
  const { candidates, by, isRefused } = choiceOf(server);
  const shares = new Map(
    candidates.flatMap((candidate) =>
      isRefused(candidate.server) ? [] : [[candidate.server, candidate.share] as const],
    ),
  );
  const listed = (real: RealServer): ListedEndpoint => {
    const share = shares.get(real);
    return {
      chain: undefined,
      address: socketText(real.ip, real.port),
      share: share ?? ZERO,
      ...(share !== undefined && by !== undefined && { chosenBy: by }),
    };
  };
  return { name: serverName(server), role: 'virtual server', endpoints: server.realServers.map(listed) };
}

function listingOf(ports: readonly ListedPort[], { tables }: RuleSet): NodeListing {
  const owners = new Map(ports.flatMap((port) => port.chains.map(({ name }) => [name, port] as const)));
  const chains = new Set(
    tables.flatMap((table) =>
      table.chains.flatMap(({ name }) => (isOwnChain(table.name, name) ? [name] : [])),
    ),
  );
  return {
    ports,
    chainNames: [...owners.keys(), ...chains],
    whose: (name) => {
      const known = PROTOCOL_ENDINGS.map((ending) => `${name}${ending}`).find((each) => owners.has(each));
      const owner = known === undefined ? undefined : owners.get(known);
      if (owner !== undefined) return ownerOf(known ?? name, owner);
      return chains.has(name) ? standing(name) : undefined;
    },
  };
}

/** A virtual server is found with and without its protocol. */
const PROTOCOL_ENDINGS = ['', '/TCP', '/UDP', '/SCTP'];

const ownerOf = (chain: string, { name, type, protocol }: ListedPort): KnownChain => ({
  ...standing(chain),
  role: 'virtual server',
  name,
  type,
  protocol,
});

/** Chains of this mode are there whatever Services there are; their sets hold what is of Services. */
const standing = (chain: string): KnownChain => ({
  chain,
  role: 'shared',
  isThere: true,
  name: undefined,
  type: undefined,
  protocol: undefined,
  endpoint: undefined,
  shares: [],
});
