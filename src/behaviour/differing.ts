import { type Intervals } from '../packets/intervals.ts';
import { type PacketOutcome } from '../packets/outcome.ts';
import { type Box, FIELDS, intersectBoxes, subtractBox } from '../packets/packet-set.ts';
import { add, type Rational, subtract, ZERO } from '../packets/rational.ts';
import { addToGroup } from '../text/groups.ts';

/** Packets that reach one end with different shares on the two sides. */
export interface Differing {
  /** The end: see {@link effectOf}. */
  readonly effect: string;
  readonly packets: Box;
  /** The share on the first side minus the share on the second side; never 0. */
  readonly excess: Rational;
}

/** Packets with the share of them that reaches one end. The share of the second side is negative. */
interface Part {
  readonly packets: Box;
  readonly share: Rational;
}

/**
 * Returns the effect of an outcome as a text. Equal effects give equal texts. The text holds the verdict, the
 * new address, whether the source is rewritten, and the answers assumed for questions that the rules do not
 * decide. Questions with the same words are the same question.
 */
export const effectOf = (outcome: PacketOutcome): string =>
  [
    endOf(outcome),
    ...answersOf(outcome)
      .map(([question, answer]) => `${answer}: ${question}`)
      .sort(),
  ].join('|');

const endOf = ({ verdict, to, masquerade, remembered, chosenBy }: PacketOutcome): string =>
  [
    verdict,
    to?.address ?? '',
    to?.port ?? '',
    masquerade ? 'masquerade' : '',
    [...remembered].sort().join(),
    chosenBy ?? '',
  ].join('|');

/**
 * Returns the questions with their answers. A question that is asked again on the way counts as a new one.
 */
function answersOf({ assumptions }: PacketOutcome): readonly (readonly [question: string, answer: string])[] {
  const asked = new Map<string, number>();
  return assumptions.map(({ what, taken }) => {
    const count = (asked.get(what) ?? 0) + 1;
    asked.set(what, count);
    return [count === 1 ? what : `${what} (${count})`, taken];
  });
}

/** The most questions for which every combination of answers is examined. */
const MOST_QUESTIONS = 6;

/**
 * Returns a function that lists the effects of an outcome when every question of any outcome is answered. So
 * an outcome that is the same for both answers equals an outcome for which the question was never asked.
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
 * Finds where two evaluations of the same packets differ: for every end, the packets that reach it with
 * different shares. The result is empty exactly when each packet has the same distribution of ends on both
 * sides, for all answers to questions that the rules do not decide.
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

/**
 * Adds up the shares of parts with exactly the same packets, and drops sums of 0. In most cases nothing is
 * left.
 */
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
  const lists = [...clients].map(([list, ages]) => `${list} ${intervalsKey(ages)}`).sort();
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
