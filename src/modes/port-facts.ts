/** What a node tells of its Services, in any proxy mode: what a dump is listed and decompiled by. */

/** What an address of a Service is. `unknown`: the rules do not tell, as for one that nobody serves. */
export type AddressKind = 'cluster IP' | 'external IP' | 'load balancer IP' | 'unknown';

/** An address that leads to a service port. */
export interface LiveAddress {
  readonly kind: AddressKind;
  readonly ip: string;
  readonly port: number;
  /**
   * True when the address may be a cluster IP. Without endpoints, cluster IPs and other addresses are in the
   * same place.
   */
  readonly mayBeClusterIP: boolean;
}

/** The protocols of Services, as rules write them. */
export type LiveProtocol = 'tcp' | 'udp' | 'sctp';

/** One service port as a node shows it. */
export interface SeenPort {
  /** `ns/name:port` as the rules spell it; undefined when no rule and no given name tells. */
  readonly name: string | undefined;
  /** Undefined when no rule tells. */
  readonly protocol: LiveProtocol | undefined;
  readonly addresses: readonly LiveAddress[];
  readonly nodePort: number | undefined;
  readonly healthCheckNodePort: number | undefined;
}

/** One endpoint of a service port, as far as a node tells. */
export interface SeenEndpoint {
  readonly ip: string;
  readonly port: number;
  /** Traffic that may go to endpoints of all nodes goes to it. */
  readonly isCluster: boolean;
  /** It is on this node, as far as the rules tell. */
  readonly isLocal: boolean;
}

/** What a node tells of one service port. */
export interface PortFacts<Port extends SeenPort = SeenPort> {
  readonly live: Port;
  readonly endpoints: readonly SeenEndpoint[];
  /** There are endpoints, on this node or another, even if nothing leads to them. */
  readonly isUsable: boolean;
  /** Seconds for which clients stick to their endpoint. */
  readonly affinitySeconds: number | undefined;
  readonly sourceRanges: readonly string[];
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
  /** It serves traffic from outside. */
  readonly isExternal: boolean;
}

/** `ns/name` of the name of a service port. */
export const serviceOf = (name: string): string => name.split(':')[0] ?? '';

/** The name of the port alone; empty when it has none. */
export const portNameOf = (name: string): string => name.split(':')[1] ?? '';
