import { type PacketOutcome } from '../packets/outcome.ts';
import { formatRational, ONE, type Rational, sameRational, ZERO } from '../packets/rational.ts';
import { addressText } from '../text/ip-number.ts';
import { listed } from '../text/listed.ts';
import { formatEndpoint } from '../trace/packet.ts';
import { type PacketClass } from './classes.ts';
import { type Goal, goalsOf } from './endings.ts';

type Goals = ReadonlyMap<string, Goal>;

/** Says what changes for the packets of a class: `masqueraded before, not masqueraded now`. */
export function changeText({ expected, actual }: Pick<PacketClass, 'expected' | 'actual'>): string {
  const [before, now] = [goalsOf(expected), goalsOf(actual)];
  return [...goalChange(before, now), ...choiceChange(before, now), ...memoryChange(before, now)].join('; ');
}

/** Says when something else than before chooses the endpoint. */
function choiceChange(before: Goals, now: Goals): readonly string[] {
  const [was, is] = [choiceOf(before), choiceOf(now)];
  return was === undefined || is === undefined || was === is ? [] : [`chosen ${was} before, ${is} now`];
}

/** Returns undefined where there is nothing to choose. */
function choiceOf(goals: Goals): string | undefined {
  const [goal] = goals.values();
  if (goal === undefined || goals.size < 2) return undefined;
  return goal.chosenBy === '' ? 'by fixed shares' : goal.chosenBy;
}

function goalChange(before: Goals, now: Goals): readonly string[] {
  const sources = sourceChanges(before, now);
  if (hasSameShares(before, now)) return sources.length === 0 ? [] : [sourceChange(before, now)];
  if (isPlainlySent(before) && isPlainlySent(now) && before.size + now.size > 2) {
    return [...shareChanges(before, now), ...sources];
  }
  const told = (goals: Goals): string => {
    const source = sources.length > 0 && isPlainlySent(goals) ? `, ${sourceWord(goals)},` : '';
    return `${fateText(goals)}${source}`;
  };
  return [`${told(before)} before, ${told(now)} now`];
}

/** Says when other clients than before come back to the endpoint that they were sent to. */
function memoryChange(before: Goals, now: Goals): readonly string[] {
  const changed = [...before].filter(
    ([goal, { remembered }]) => now.has(goal) && now.get(goal)?.remembered.join() !== remembered.join(),
  );
  if (changed.length === 0) return [];
  const word = (goals: Goals): string =>
    changed.some(([goal]) => (goals.get(goal)?.remembered.length ?? 0) > 0) ? 'remembered' : 'not remembered';
  const [was, is] = [word(before), word(now)];
  return [
    was === is
      ? 'the client is remembered for other endpoints now'
      : `the client is ${was} before, ${is} now`,
  ];
}

const hasSameShares = (before: Goals, now: Goals): boolean =>
  before.size === now.size &&
  [...before].every(([goal, { share }]) => sameRational(share, now.get(goal)?.share ?? ZERO));

/** Whether all packets are sent somewhere, and nothing is undecided. */
const isPlainlySent = (goals: Goals): boolean =>
  [...goals.values()].every(({ outcome }) => outcome.verdict === 'DNAT' && outcome.assumptions.length === 0);

const SOURCE_WORDS = ['not masqueraded', 'masqueraded', 'masqueraded in part'] as const;

/** Says whether all, some or none of the packets that go on are masqueraded. */
function sourceWord(goals: Goals): (typeof SOURCE_WORDS)[number] {
  const shares = [...goals.values()].filter(goesOn).map(({ masqueraded }) => masqueraded);
  if (shares.every((share) => sameRational(share, ZERO))) return SOURCE_WORDS[0];
  return shares.every((share) => sameRational(share, ONE)) ? SOURCE_WORDS[1] : SOURCE_WORDS[2];
}

const goesOn = ({ outcome }: Goal): boolean => outcome.verdict === 'DNAT' || outcome.verdict === 'ACCEPT';

function sourceChange(before: Goals, now: Goals): string {
  const [word, wordNow] = [sourceWord(before), sourceWord(now)];
  if (word !== SOURCE_WORDS[2] && wordNow !== SOURCE_WORDS[2]) return `${word} before, ${wordNow} now`;
  return sourceChanges(before, now).join('; ');
}

/** Lists the goals that packets now reach with another source address. */
function sourceChanges(before: Goals, now: Goals): readonly string[] {
  const more: string[] = [];
  const less: string[] = [];
  for (const [goal, { masqueraded, outcome }] of before) {
    const then = now.get(goal)?.masqueraded ?? masqueraded;
    const isLess = subtractSign(then, masqueraded) < 0n;
    if (!sameRational(then, masqueraded)) (isLess ? less : more).push(goalText(outcome));
  }
  return [
    ...(more.length > 0 ? [`not masqueraded on the way to ${listed(more)} before, masqueraded now`] : []),
    ...(less.length > 0 ? [`masqueraded on the way to ${listed(less)} before, not masqueraded now`] : []),
  ];
}

/** The sign of a - b. */
const subtractSign = (a: Rational, b: Rational): bigint =>
  a.numerator * b.denominator - b.numerator * a.denominator;

/** The most endpoints that a message names. */
const MOST_NAMED = 5;

/** Endpoints that get another share than before. */
function shareChanges(before: Goals, now: Goals): readonly string[] {
  const changes: string[] = [];
  for (const goal of new Set([...before.keys(), ...now.keys()])) {
    const [one, other] = [before.get(goal), now.get(goal)];
    const [share, shareNow] = [one?.share ?? ZERO, other?.share ?? ZERO];
    const outcome = (one ?? other)?.outcome;
    if (outcome === undefined || sameRational(share, shareNow)) continue;
    changes.push(`${goalText(outcome)} gets ${shareText(share)} before, ${shareText(shareNow)} now`);
  }
  if (changes.length <= MOST_NAMED) return changes;
  return [...changes.slice(0, MOST_NAMED), `${changes.length - MOST_NAMED} more endpoints get another share`];
}

function shareText(share: Rational): string {
  if (sameRational(share, ZERO)) return 'none';
  return sameRational(share, ONE) ? 'all' : formatRational(share);
}

/**
 * Says where packets go: `rejected`, `sent to 10.244.1.10:8080`, `1/2 sent to 10.244.1.10:8080, 1/2 dropped`.
 */
function fateText(goals: Goals): string {
  const all = [...goals.values()];
  if (isPlainlySent(goals)) {
    const names = all.map(({ outcome }) => goalText(outcome));
    return names.length > MOST_NAMED
      ? `sent to any of ${names.length} endpoints`
      : `sent to ${names.join(' or ')}`;
  }
  const fates = all.map(({ outcome, share }) => {
    const part = sameRational(share, ONE) ? '' : `${formatRational(share)} `;
    const to = outcome.verdict === 'DNAT' ? ` ${goalText(outcome)}` : '';
    return `${part}${VERDICT_WORDS[outcome.verdict]}${to}${conditionText(outcome)}`;
  });
  return listed(fates, MOST_NAMED);
}

const VERDICT_WORDS = {
  DNAT: 'sent to',
  REJECT: 'rejected',
  DROP: 'dropped',
  ACCEPT: 'let through',
} as const;

/** Where an outcome leads. */
function goalText({ to, verdict, packets }: PacketOutcome): string {
  if (to === undefined) return verdict === 'ACCEPT' ? 'where they were addressed' : VERDICT_WORDS[verdict];
  return formatEndpoint(
    addressText(to.address, packets.family),
    to.port === undefined ? undefined : Number(to.port),
  );
}

/** Lists what the rules do not decide, and how each point must be decided for this outcome. */
function conditionText({ assumptions }: PacketOutcome): string {
  if (assumptions.length === 0) return '';
  const conditions = assumptions.map(
    ({ what, taken }) => `"${what}" ${taken === 'ignored' ? 'changes nothing' : taken}`,
  );
  return ` if ${[...new Set(conditions)].join(' and ')}`;
}
