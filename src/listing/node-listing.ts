import { type ModeName } from '../modes/modes.ts';
import { type Listing } from './list-ports.ts';
import { type ListedPort } from './listed-port.ts';
import { type Candidates, type KnownChain, whoseChain } from './whose-chain.ts';

/** The modes whose chains are listed. */
export const LISTED_MODES = ['iptables', 'nftables', 'ipvs'] as const satisfies readonly ModeName[];

/** The name of one of them. */
export type ListedMode = (typeof LISTED_MODES)[number];

/** What a node holds for Services, in any proxy mode. */
export interface NodeListing {
  readonly ports: readonly ListedPort[];
  /** Every chain of kube-proxy. */
  readonly chainNames: Iterable<string>;
  /** What is known of a chain; undefined when nothing is. */
  readonly whose: (chain: string) => KnownChain | undefined;
}

/** The listing of a node in mode iptables. `candidates` are names whose hashes are tried. */
export const iptablesListing = (listing: Listing, candidates: Candidates): NodeListing => ({
  ports: listing.ports,
  chainNames: listing.chains.names,
  whose: (chain) => whoseChain(chain, listing, candidates),
});
