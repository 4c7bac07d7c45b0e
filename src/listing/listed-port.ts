import { type PortChainRole } from '../modes/iptables/rules/chain-roles.ts';
import { type Rational } from '../packets/rational.ts';

/** One endpoint in a chain that spreads connections. */
export interface ListedEndpoint {
  /** The chain of its own that sends packets to it; undefined where a rule of the spreading chain does. */
  readonly chain: string | undefined;
  /** `ip:port`; undefined when the chain sends packets nowhere, or is not there. */
  readonly address: string | undefined;
  /**
   * Its share of the new connections that reach the spreading chain; undefined when the rules do not decide
   * it.
   */
  readonly share: Rational | undefined;
  /** What decides instead of chance, such as `by load`; the share is then an average. */
  readonly chosenBy?: string;
}

/** What a chain is for. Mode ipvs has virtual servers in place of chains. */
export type ListedRole = PortChainRole | 'virtual server';

/** A chain of a service port. */
export interface ListedChain {
  readonly name: string;
  readonly role: ListedRole;
  /** In the order of the rules; empty for chains that lead to other chains. */
  readonly endpoints: readonly ListedEndpoint[];
}

/** How clients reach a service port. */
export interface ListedAddress {
  readonly kind: 'cluster IP' | 'external IP' | 'load balancer IP' | 'node port' | 'address';
  /** Undefined for node ports, which every address of the node serves. */
  readonly ip: string | undefined;
  readonly port: number;
}

/** One port of a Service, with what a node holds for it. */
export interface ListedPort {
  /** `ns/name:port`, `ns/name` for a port without a name; undefined when nothing tells. */
  readonly name: string | undefined;
  /** As manifests say, or as far as rules tell; undefined when the Service is not known. */
  readonly type: string | undefined;
  /** In capitals; undefined when nothing tells. */
  readonly protocol: string | undefined;
  readonly addresses: readonly ListedAddress[];
  readonly chains: readonly ListedChain[];
}
