import { type Intervals } from '../packets/intervals.ts';
import { type PacketOutcome } from '../packets/outcome.ts';
import { type Box, FIELDS, intersectBoxes, subtractBox } from '../packets/packet-set.ts';
import { add, type Rational, subtract, ZERO } from '../packets/rational.ts';
import { addToGroup } from '../text/groups.ts';

/** Packets of which another share comes to one and the same end on the two sides. */
export interface Differing {
  /** The end: see {@link effectOf}. */
  readonly effect: string;
  readonly packets: Box;
  /** The share of the first side less that of the second; never 0. */
  readonly excess: Rational;
}

/** Boxes with the signed share that comes to one end. */
interface Part {
  readonly packets: Box;
  readonly share: Rational;
}

/**
 * What becomes of a packet, as a text that is the same for the same: verdict, new address, whether the source is
 * rewritten, and how questions that nobody can answer are answered for it. A question is known by its words.
 */
export const effectOf = (outcome: PacketOutcome): string =>
  [
    endOf(outcome),
    ...answersOf(outcome)
      .map(([question, answer]) => `${answer}: ${question}`)
      .sort(),
  ].join('|');

const endOf = ({ verdict, to, masquerade }: PacketOutcome): string =>
  [verdict, to?.address ?? '', to?.port ?? '', masquerade ? 'masquerade' : ''].join('|');

/** Questions with their answers; one that is asked again on the way is another one. */
function answersOf({ assumptions }: PacketOutcome): readonly (readonly [question: string, answer: string])[] {
  const asked = new Map<string, number>();
  return assumptions.map(({ what, taken }) => {
    const count = (asked.get(what) ?? 0) + 1;
    asked.set(what, count);
    return [count === 1 ? what : `${what} (${count})`, taken];
  });
}

/** Of more questions not every combination of answers is looked at. */
const MOST_QUESTIONS = 6;

/**
 * The effects that outcomes stand for when every question of any of them is answered: what comes to the same end by
 * either answer is the same as what was never asked.
 */
export function effectsByAnswers(
  all: readonly PacketOutcome[],
): (outcome: PacketOutcome) => readonly string[] {
  const questions = new Set<string>();
  for (const outcome of all) {
    for (const [question, answer] of answersOf(outcome)) if (answer !== 'ignored') questions.add(question);
  }
  if (questions.size === 0 || questions.size > MOST_QUESTIONS) return (outcome) => [effectOf(outcome)];
  return (outcome) => {
    const given = new Map(answersOf(outcome));
    const ignored = [...given].filter(([, answer]) => answer === 'ignored').map(([question]) => question);
    let effects: readonly string[] = [[endOf(outcome), ...ignored].join('|')];
    for (const question of questions) {
      const known = given.get(question);
      const answers = known === undefined ? ['matches', 'does not match'] : [known];
      effects = effects.flatMap((effect) => answers.map((answer) => `${effect}|${answer}: ${question}`));
    }
    return effects;
  };
}

/**
 * Where two evaluations of the same packets part: for every end, the packets of which not the same share comes to it.
 * Empty exactly when each packet has the same distribution of ends on both sides, however what nobody knows may be.
 */
export function differing(
  one: readonly PacketOutcome[],
  other: readonly PacketOutcome[],
  effectsOf: (outcome: PacketOutcome) => readonly string[],
): readonly Differing[] {
  const byEffect = new Map<string, Part[]>();
  const note = (outcome: PacketOutcome, share: Rational): void => {
    for (const effect of effectsOf(outcome)) {
      addToGroup(byEffect, effect, { packets: outcome.packets, share });
    }
  };
  for (const outcome of one) note(outcome, outcome.share);
  for (const outcome of other) note(outcome, subtract(ZERO, outcome.share));
  return [...byEffect].flatMap(([effect, parts]) =>
    sumUp(withoutPairs(parts)).map(({ packets, share }) => ({ effect, packets, excess: share })),
  );
}

/** Adds up what is of the very same packets: in most cases that leaves nothing. */
function withoutPairs(parts: readonly Part[]): readonly Part[] {
  const sums = new Map<string, Part>();
  for (const { packets, share } of parts) {
    const key = keyOf(packets);
    const known = sums.get(key);
    sums.set(key, { packets, share: known === undefined ? share : add(known.share, share) });
  }
  return [...sums.values()].filter(isLeft);
}

const isLeft = ({ share }: Part): boolean => share.numerator !== ZERO.numerator;

const intervalKeys = new WeakMap<Intervals, string>();

function intervalsKey(intervals: Intervals): string {
  const known = intervalKeys.get(intervals) ?? intervals.map(([first, last]) => `${first}-${last}`).join(',');
  intervalKeys.set(intervals, known);
  return known;
}

/** A text that is the same for boxes that hold the same packets. */
function keyOf({ fields, mark, clients }: Box): string {
  const lists = [...clients].map(([list, known]) => `${list} ${known}`).sort();
  return [...FIELDS.map((field) => intervalsKey(fields[field])), mark.mask, mark.value, ...lists].join('|');
}

/** The sum of shares for each packet, as disjoint boxes; boxes whose sum is 0 are left out. */
function sumUp(parts: readonly Part[]): readonly Part[] {
  let cells: readonly Part[] = [];
  for (const part of parts) {
    let rest: readonly Box[] = [part.packets];
    const next: Part[] = [];
    for (const cell of cells) {
      const common = intersectBoxes(cell.packets, part.packets);
      if (common === undefined) {
        next.push(cell);
        continue;
      }
      for (const packets of subtractBox(cell.packets, part.packets))
        next.push({ packets, share: cell.share });
      const share = add(cell.share, part.share);
      if (share.numerator !== 0n) next.push({ packets: common, share });
      rest = rest.flatMap((box) => subtractBox(box, cell.packets));
    }
    for (const packets of rest) next.push({ packets, share: part.share });
    cells = next;
  }
  return cells;
}
