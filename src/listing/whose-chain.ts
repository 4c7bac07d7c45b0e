import { endpointChain } from '../modes/iptables/rules/chain-names.ts';
import { type ChainRole, portHashOf, roleOf } from '../modes/iptables/rules/chain-roles.ts';
import { type NamedPort } from '../modes/iptables/recognise/live-ports.ts';
import { type Rational } from '../packets/rational.ts';
import { type Listing } from './list-ports.ts';
import { type ListedPort, type ListedRole } from './listed-port.ts';

/** What is known of one chain. */
export interface KnownChain {
  readonly chain: string;
  readonly role: ChainRole | ListedRole;
  /** False when the rules do not hold the chain and only its hash identifies it. */
  readonly isThere: boolean;
  /**
   * `ns/name:port`; undefined for chains that all Services share, and for chains whose Service is not known.
   */
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly protocol: string | undefined;
  /** `ip:port` for the chain of an endpoint. */
  readonly endpoint: string | undefined;
  /** The shares of connections that an endpoint gets, by the chain that they come to. */
  readonly shares: readonly { readonly chain: string; readonly share: Rational | undefined }[];
}

/** Names whose hashes are tried. */
export interface Candidates {
  /** By the end of the names of their chains. */
  readonly byHash: ReadonlyMap<string, NamedPort>;
  /** Addresses that a service port's endpoints may have, beside those in the rules. */
  readonly endpointsOf: (name: string) => Iterable<string>;
}

/** The most hashes to try for one chain. They take some seconds. */
const MOST_HASHES = 4_000_000;

/**
 * Finds the Service or endpoint to which a chain belongs. Returns undefined when nothing identifies the
 * chain.
 */
export function whoseChain(
  chain: string,
  listing: Listing,
  candidates: Candidates,
  most = MOST_HASHES,
): KnownChain | undefined {
  const role = (['nat', 'filter'] as const)
    .map((table) => roleOf(table, chain))
    .find((known) => known !== 'foreign' && known !== 'built-in');
  if (role === undefined) return undefined;
  const isThere = listing.chains.names.has(chain);
  if (role === 'shared' || role === 'standing')
    return isThere ? { ...NOBODYS, chain, role, isThere } : undefined;
  if (role === 'endpoint') return endpointOf(chain, isThere, listing, candidates, most);
  const hash = portHashOf(chain) ?? '';
  const listed = listing.ports.find((port) => port.chains.some(({ name }) => name === chain));
  if (listed !== undefined) return { ...ownedBy(listed), chain, role, isThere };
  const named = candidates.byHash.get(hash);
  return named && { ...NOBODYS, ...nameOf(named), chain, role, isThere };
}

const NOBODYS: Omit<KnownChain, 'chain' | 'role' | 'isThere'> = {
  name: undefined,
  type: undefined,
  protocol: undefined,
  endpoint: undefined,
  shares: [],
};

const nameOf = ({ name, protocol }: NamedPort): Pick<KnownChain, 'name' | 'protocol'> => ({
  name: name.replace(/:$/, ''),
  protocol: protocol.toUpperCase(),
});

const ownedBy = ({ name, type, protocol }: ListedPort): typeof NOBODYS => ({
  ...NOBODYS,
  name,
  type,
  protocol,
});

function endpointOf(
  chain: string,
  isThere: boolean,
  listing: Listing,
  candidates: Candidates,
  most: number,
): KnownChain | undefined {
  const endpoint = listing.chains.addressOf(chain);
  for (const port of listing.ports) {
    const shares = port.chains.flatMap(({ name, endpoints }) =>
      endpoints.filter((one) => one.chain === chain).map(({ share }) => ({ chain: name, share })),
    );
    if (shares.length > 0) return { ...ownedBy(port), chain, role: 'endpoint', isThere, endpoint, shares };
  }
  const hashed = hashedEndpoint(chain, endpoint, listing, candidates, most);
  if (hashed === undefined && !isThere) return undefined;
  const name = listing.chains.commentedName(chain)?.replace(/:$/, '');
  return { ...NOBODYS, name, endpoint, ...hashed, chain, role: 'endpoint', isThere };
}

/**
 * Tries each name with each address until the hash fits. Uses the chain's own address when the rules hold the
 * chain, else all known addresses.
 */
function hashedEndpoint(
  chain: string,
  own: string | undefined,
  { chains }: Listing,
  { byHash, endpointsOf }: Candidates,
  most: number,
): Pick<KnownChain, 'name' | 'protocol' | 'endpoint'> | undefined {
  const known = new Set<string>();
  if (own !== undefined) known.add(own);
  else
    for (const name of chains.names) {
      const address = chains.addressOf(name);
      if (address !== undefined) known.add(address);
    }
  let tried = 0;
  for (const named of byHash.values()) {
    for (const addresses of [endpointsOf(named.name.replace(/:$/, '')), known]) {
      for (const address of addresses) {
        tried += 1;
        if (tried > most) return undefined;
        if (endpointChain(named.name, named.protocol, address) !== chain) continue;
        return { ...nameOf(named), endpoint: address };
      }
    }
  }
  return undefined;
}
