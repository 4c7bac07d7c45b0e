/** How schedulers of IPVS choose among the real servers of a virtual server. (net/netfilter/ipvs/ip_vs_*.c) */
import { type RealServer, type VirtualServer } from '../../netfilter/ipvs/model.ts';
import { rational, type Rational } from '../rational.ts';

/** What a scheduler looks at. */
interface Scheduler {
  /** In words; undefined: each server in turn, so that every one gets its share. */
  readonly by: string | undefined;
  /** Servers of more weight get more. */
  readonly isWeighted: boolean;
  /** Servers of the highest weight alone get connections. */
  readonly isRanked?: true;
  /** Clients of a server with weight 0 are refused. Others send them to the other servers. */
  readonly refuses?: true;
}

const BY_LOAD: Scheduler = { by: 'by load', isWeighted: true };

const SCHEDULERS: Readonly<Record<string, Scheduler>> = {
  rr: { by: undefined, isWeighted: false },
  wrr: { by: undefined, isWeighted: true },
  lc: { by: 'by load', isWeighted: false },
  wlc: BY_LOAD,
  sed: BY_LOAD,
  nq: BY_LOAD,
  twos: BY_LOAD,
  lblc: { by: 'by address of the Service and load', isWeighted: true },
  lblcr: { by: 'by address of the Service and load', isWeighted: true },
  dh: { by: 'by address of the Service', isWeighted: false, refuses: true },
  sh: { by: 'by client address', isWeighted: true, refuses: true },
  mh: { by: 'by client address', isWeighted: true },
  fo: { by: 'by rank', isWeighted: false, isRanked: true },
  ovf: { by: 'by rank and load', isWeighted: false },
};

/** A real server to which new connections may go. */
export interface Candidate {
  readonly server: RealServer;
  /** Of all new connections; on average where another thing than chance decides. */
  readonly share: Rational;
}

/** The choice that a virtual server has for a new connection. */
export interface Choice {
  /** Empty where every connection is refused. */
  readonly candidates: readonly Candidate[];
  /** What decides among several; undefined: each gets its share, or there is only one. */
  readonly by: string | undefined;
  /** Real servers whose clients are refused are among the candidates, with weight 0. */
  readonly isRefused: (server: RealServer) => boolean;
}

/** Returns the real servers that get new connections. One of weight 0 gets none. */
export function choiceOf({ scheduler, schedulerFlags, realServers }: VirtualServer): Choice {
  const { by, isWeighted, isRanked, refuses } = SCHEDULERS[scheduler] ?? {
    by: `by scheduler ${scheduler}`,
    isWeighted: true,
  };
  const isFallback = schedulerFlags.includes('sh-fallback');
  const isRefused = ({ weight }: RealServer): boolean => weight === 0;
  const able = realServers.filter(({ weight }) => weight > 0);
  const highest = able.reduce((most, { weight }) => Math.max(most, weight), 0);
  const chosen =
    refuses === true && !isFallback && able.length > 0
      ? realServers
      : able.filter(({ weight }) => isRanked !== true || weight === highest);
  // A bucket of the hash table is for each server, whatever its weight is.
  const parts = chosen.map(({ weight }) => BigInt(isWeighted ? Math.max(weight, 1) : 1));
  const total = parts.reduce((sum, part) => sum + part, 0n);
  const usesPort = schedulerFlags.some((flag) => flag.endsWith('-port'));
  return {
    candidates: chosen.map((server, at) => ({ server, share: rational(parts[at] ?? 1n, total) })),
    by: chosen.length < 2 || by === undefined ? undefined : `${by}${usesPort ? ' and port' : ''}`,
    isRefused,
  };
}
