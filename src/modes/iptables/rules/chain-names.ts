import { hash } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The first 16 characters of base32(sha256(text)): iptables caps chain names at 28 characters.
 * (portProtoHash and servicePortEndpointChainName, pkg/proxy/iptables/proxier.go, unchanged since 1.1)
 */
export function chainHash(text: string): string {
  const digest = hash('sha256', text, 'buffer');
  let name = '';
  // 16 characters of 5 bits are 10 bytes: two groups of 5 bytes give 8 characters each.
  for (let group = 0; group < 10; group += 5) {
    const high = digest.readUInt16BE(group) * 16 + (digest.readUInt8(group + 2) >> 4);
    const low = digest.readUIntBE(group + 2, 3) & 0xfffff;
    name += character(high, 15) + character(high, 10) + character(high, 5) + character(high, 0);
    name += character(low, 15) + character(low, 10) + character(low, 5) + character(low, 0);
  }
  return name;
}

const character = (bits: number, shift: number): string => ALPHABET.charAt((bits >> shift) & 31);

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
