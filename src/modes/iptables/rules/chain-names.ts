import { hash } from 'node:crypto';

const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 'ascii');

/**
 * The first 16 characters of base32(sha256(text)): iptables caps chain names at 28 characters.
 * (portProtoHash and servicePortEndpointChainName, pkg/proxy/iptables/proxier.go, unchanged since 1.1)
 */
export function chainHash(text: string): string {
  const digest = hash('sha256', text, 'binary');
  // 16 characters of 5 bits are 10 bytes: two groups of 5 bytes give 8 characters each.
  return base32(digest, 0) + base32(digest, 5);
}

/** Returns the 8 characters for the 5 bytes from `at` on. */
function base32(bytes: string, at: number): string {
  const [first, second, third] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1), bytes.charCodeAt(at + 2)];
  const [fourth, fifth] = [bytes.charCodeAt(at + 3), bytes.charCodeAt(at + 4)];
  return String.fromCharCode(
    codeOf(first >> 3),
    codeOf((first << 2) | (second >> 6)),
    codeOf(second >> 1),
    codeOf((second << 4) | (third >> 4)),
    codeOf((third << 1) | (fourth >> 7)),
    codeOf(fourth >> 2),
    codeOf((fourth << 3) | (fifth >> 5)),
    codeOf(fifth),
  );
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
export const endpointChain = (name: string, protocol: string, endpoint: string): string =>
  `KUBE-SEP-${chainHash(name + protocol + endpoint)}`;
