import { hash } from 'node:crypto';

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 'ascii');

const ENDPOINT_PREFIX = 'KUBE-SEP-';

/** Where names are put together: one flat text is sorted and looked up faster than one of several pieces. */
const NAME = Buffer.from(ENDPOINT_PREFIX.padEnd(ENDPOINT_PREFIX.length + 16), 'latin1');
const HASH_START = ENDPOINT_PREFIX.length;

/**
 * Puts the first 16 characters of base32(sha256(text)) behind the prefix: iptables caps chain names at 28 characters.
 * (portProtoHash and servicePortEndpointChainName, pkg/proxy/iptables/proxier.go, unchanged since 1.1)
 */
function writeHash(text: string): void {
  const digest = hash('sha256', text, 'binary');
  // 16 characters of 5 bits are 10 bytes: two groups of 5 bytes give 8 characters each.
  writeBase32(digest, 0, HASH_START);
  writeBase32(digest, 5, HASH_START + 8);
}

/** Returns the hash in the names of the chains of a service port. */
export function chainHash(text: string): string {
  writeHash(text);
  return NAME.toString('latin1', HASH_START);
}

/** Writes the 8 characters for the 5 bytes from `at` on into the name. */
function writeBase32(bytes: string, at: number, to: number): void {
  const first = bytes.charCodeAt(at);
  const second = bytes.charCodeAt(at + 1);
  const third = bytes.charCodeAt(at + 2);
  const fourth = bytes.charCodeAt(at + 3);
  const fifth = bytes.charCodeAt(at + 4);
  NAME[to] = codeOf(first >> 3);
  NAME[to + 1] = codeOf((first << 2) | (second >> 6));
  NAME[to + 2] = codeOf(second >> 1);
  NAME[to + 3] = codeOf((second << 4) | (third >> 4));
  NAME[to + 4] = codeOf((third << 1) | (fourth >> 7));
  NAME[to + 5] = codeOf(fourth >> 2);
  NAME[to + 6] = codeOf((fourth << 3) | (fifth >> 5));
  NAME[to + 7] = codeOf(fifth);
}

const codeOf = (bits: number): number => ALPHABET[bits & 31] ?? 0;

/** The chains a service port may have; which of them exist depends on the release and the endpoints. */
export interface ServicePortChains {
  /** Endpoints of traffic policy Cluster. */
  readonly service: string;
  /** Endpoints of traffic policy Local. */
  readonly local: string;
  /** Everything that comes in by node ports, external IPs and load balancers. */
  readonly external: string;
  /** Load-balancer traffic that has to pass source ranges. */
  readonly firewall: string;
  /** External traffic of policy Local, before KUBE-EXT. */
  readonly balancer: string;
}

/** The names of a service port's chains. `protocol` in lower case. */
export function servicePortChains(name: string, protocol: string): ServicePortChains {
  const suffix = chainHash(name + protocol);
  return {
    service: `KUBE-SVC-${suffix}`,
    local: `KUBE-SVL-${suffix}`,
    external: `KUBE-EXT-${suffix}`,
    firewall: `KUBE-FW-${suffix}`,
    balancer: `KUBE-XLB-${suffix}`,
  };
}

/** The chain of one endpoint (`ip:port`) of a service port. */
export function endpointChain(name: string, protocol: string, endpoint: string): string {
  writeHash(name + protocol + endpoint);
  return NAME.toString('latin1');
}
