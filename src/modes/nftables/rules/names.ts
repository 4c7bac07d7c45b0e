/** Names of chains and sets that a service port has. */
import { hash } from 'node:crypto';
import { type Features } from '../../../dialect/features.ts';
import { type ProxyEndpoint, type ServicePort } from '../../../proxy/state.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first 8 characters of base32(sha256(text)): 40 bits. */
function shortHash(text: string): string {
  const bits = hash('sha256', text, 'buffer').readUIntBE(0, 5);
  let name = '';
  for (let at = 7; at >= 0; at--) name += ALPHABET.charAt(Math.floor(bits / 32 ** at) % 32);
  return name;
}

/** Longer names are cut, and end in dots. (chainNameBaseLengthMax) */
const LONGEST_BASE = 240;
const DOTS = '...';

/** (hashAndTruncate, pkg/proxy/nftables/proxier.go, the same in every release) */
function hashAndTruncate(name: string): string {
  const base = `${shortHash(name)}-${name}`;
  return base.length <= LONGEST_BASE ? base : base.slice(0, LONGEST_BASE - DOTS.length) + DOTS;
}

/** The chains that a service port may have; which of them exist depends on the release and its endpoints. */
export interface ServicePortChains {
  /** Endpoints of traffic policy Cluster. */
  readonly service: string;
  /** Endpoints of traffic policy Local. */
  readonly local: string;
  /** Everything that comes in by node ports, external IPs and load balancers. */
  readonly external: string;
  /** Load-balancer traffic that has to pass source ranges. */
  readonly firewall: string;
}

/** `ns/svc/tcp/port`; what follows the protocol is empty for a port without a name. */
const basis = ({ namespace, serviceName, protocol, portName }: ServicePort): string =>
  `${namespace}/${serviceName}/${protocol}/${portName}`;

/** Returns the names of a service port's chains. */
export function servicePortChains(port: ServicePort): ServicePortChains {
  const base = hashAndTruncate(basis(port));
  return {
    service: `service-${base}`,
    local: `local-${base}`,
    external: `external-${base}`,
    firewall: `firewall-${base}`,
  };
}

/** The longest comment of an element that nft takes, in bytes. (NFTNL_UDATA_COMMENT_MAXLEN) */
export const LONGEST_COMMENT = 128;

/** The name of a service port as elements carry it. Names of Services and ports are ASCII. */
export const elementComment = (name: string, { nftLongComments }: Features): string =>
  nftLongComments === 'cut' ? name.slice(0, LONGEST_COMMENT) : name;

/** What an endpoint of a service port has: a chain that leads to it, and a set of the clients that stick to it. */
export interface EndpointNames {
  readonly chain: string;
  readonly affinitySet: string;
}

/** Returns the names of one endpoint's chain and set. Colons of IPv6 addresses are no part of nft names. */
export function endpointNames(port: ServicePort, { ip, port: number }: ProxyEndpoint): EndpointNames {
  const base = hashAndTruncate(`${basis(port)}__${ip.replaceAll(':', '.')}/${number}`);
  return { chain: `endpoint-${base}`, affinitySet: `affinity-${base}` };
}
