import { type Intervals, only } from '../packets/intervals.ts';
import { anyClient, type Clients, withAges } from '../packets/clients.ts';
import { type PacketOutcome } from '../packets/outcome.ts';
import { type Box, FIELDS, intersectBoxes, type PlainBox, subtractBox } from '../packets/packet-set.ts';
import { add, type Rational, subtract, ZERO } from '../packets/rational.ts';
import { type ClientSums, type SharesByClient } from './client-sums.ts';

/** Packets that reach one end with different shares on the two sides. */
export interface Differing {
  /** See the effects of answers.ts. */
  readonly effect: string;
  /** Of the clients, one way to be on lists: lists without a condition never saw the client. */
  readonly packets: Box;
  /** The share on the first side minus the share on the second side; never 0. */
  readonly excess: Rational;
  /** The shares that the excess is a sum of, and those of packets that only differ in their clients. */
  readonly shares: SharesByClient;
}

/** Packets of any client with the shares of them that reach one end. Shares of the second side are negative. */
interface Part {
  readonly packets: PlainBox;
  readonly shares: SharesByClient;
}

/**
 * Finds where two evaluations of the same packets differ: for every end, the packets that reach it with
 * different shares. The result is empty exactly when each packet has the same distribution of ends on both
 * sides, for all answers to questions that the rules do not decide.
 */
export function differing(
  one: readonly PacketOutcome[],
  other: readonly PacketOutcome[],
  effectsOf: (outcome: PacketOutcome) => readonly string[],
  sums: ClientSums,
): readonly Differing[] {
  const byEffect = new Map<string, Map<string, Draft>>();
  const note = (outcome: PacketOutcome, share: Rational): void => {
    const key = fieldsKey(outcome.packets);
    for (const effect of effectsOf(outcome)) {
      const drafts = byEffect.get(effect) ?? new Map<string, Draft>();
      byEffect.set(effect, drafts);
      noteIn(drafts, key, outcome.packets, share);
    }
  };
  for (const outcome of one) note(outcome, outcome.share);
  for (const outcome of other) note(outcome, subtract(ZERO, outcome.share));
  return [...byEffect].flatMap(([effect, drafts]) =>
    sumUp([...drafts.values()].filter(isLeft)).flatMap(({ packets, shares }) =>
      sums.of(shares).map(({ sum, seen }): Differing => {
        const clients = seen.reduce(
          (all, { list, seconds }) => withAges(all, list, only(seconds)),
          anyClient(),
        );
        return { effect, packets: { ...packets, clients }, excess: sum, shares };
      }),
    ),
  );
}

/** A part to which shares are added. */
interface Draft extends Part {
  readonly shares: Map<Clients, Rational>;
}

const plainBox = ({ family, fields, mark }: Box): PlainBox => ({ family, fields, mark });

/** Adds a share to the part with the same packets. In most cases the shares of the two sides leave nothing. */
function noteIn(drafts: Map<string, Draft>, key: string, packets: Box, share: Rational): void {
  const draft = drafts.get(key) ?? {
    packets: plainBox(packets),
    shares: new Map<Clients, Rational>(),
  };
  drafts.set(key, draft);
  addShare(draft.shares, packets.clients, share);
}

function addShare(shares: Map<Clients, Rational>, clients: Clients, share: Rational): void {
  const sum = add(shares.get(clients) ?? ZERO, share);
  if (sum.numerator === 0n) shares.delete(clients);
  else shares.set(clients, sum);
}

const isLeft = ({ shares }: Part): boolean => shares.size > 0;

const intervalKeys = new WeakMap<Intervals, string>();

/** A text that is the same for the same numbers. */
export function intervalsKey(intervals: Intervals): string {
  const known = intervalKeys.get(intervals) ?? intervals.map(([first, last]) => `${first}-${last}`).join(',');
  intervalKeys.set(intervals, known);
  return known;
}

/** A text that is the same for boxes that hold the same packets, apart from their clients. */
export const fieldsKey = ({ fields, mark }: PlainBox): string =>
  [...FIELDS.map((field) => intervalsKey(fields[field])), mark.mask, mark.value].join('|');

/** The shares of each packet, as disjoint boxes; boxes whose shares leave nothing are left out. */
function sumUp(parts: readonly Part[]): readonly Part[] {
  let cells: readonly Part[] = [];
  for (const part of parts) {
    let rest: readonly PlainBox[] = [part.packets];
    const next: Part[] = [];
    for (const cell of cells) {
      const common = intersectBoxes(cell.packets, part.packets);
      if (common === undefined) {
        next.push(cell);
        continue;
      }
      for (const packets of subtractBox(cell.packets, part.packets))
        next.push({ packets, shares: cell.shares });
      const shares = new Map(cell.shares);
      for (const [clients, share] of part.shares) addShare(shares, clients, share);
      if (shares.size > 0) next.push({ packets: common, shares });
      rest = rest.flatMap((box) => subtractBox(box, cell.packets));
    }
    for (const packets of rest) next.push({ packets, shares: part.shares });
    cells = next;
  }
  return cells;
}
