/** Describes where packets end without listing all ends for each of them. */
import { firstReaching, type Intervals, range, smallest } from '../packets/intervals.ts';
import { type Box, type Field } from '../packets/packet-set.ts';
import { formatRational } from '../packets/rational.ts';
import { addToGroup } from '../text/groups.ts';
import { type Ending } from './ending.ts';
import { holdsCommon, type Region } from './regions.ts';

/** Where each share of a packet ends, apart from the address. */
const textOf = ({ outcome, share }: Ending): string =>
  `${outcome.verdict} ${outcome.masquerade} ${formatRational(share)}`;

const patterns = new WeakMap<readonly Ending[], string>();

/** Describes ends without their addresses: equal for ends that differ in nothing else. */
export function patternOf(endings: readonly Ending[]): string {
  const known = patterns.get(endings);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  for (const ending of endings) count(counts, textOf(ending), 1);
  const pattern = patternText(counts);
  patterns.set(endings, pattern);
  return pattern;
}

const patternText = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .map(([text, times]) => `${times} ${text}`)
    .sort()
    .join(' ');

/** Adds to a count. Forgets what has none left. */
function count(counts: Map<string, number>, text: string, difference: 1 | -1): void {
  const times = (counts.get(text) ?? 0) + difference;
  if (times === 0) counts.delete(text);
  else counts.set(text, times);
}

/** More kinds of ends than this make a pattern about as long as the list of the ends. */
const MOST_TEXTS = 16;

/**
 * Returns a function that gives the {@link patternOf} the ends of a packet of a region, found by its value of the one
 * field in which the packets of the region differ. Undefined where only the list of the ends tells it.
 */
export function profileOf(region: Region, endings: readonly Ending[]): (packet: Box) => string | undefined {
  const [field, ...more] = region.varying;
  const isPlain = endings.every(({ outcome }) => outcome.assumptions.length === 0);
  if (field === undefined || more.length > 0 || !isPlain) return () => undefined;
  const { parts, found } = sweep(field, endings);
  return (packet) => {
    if (!holdsCommon(region, packet)) return undefined;
    return found[firstReaching(parts, smallest(packet.fields[field]) ?? 0n)];
  };
}

/** Parts of a field's values. The packets of one part have the same ends. */
interface Profile {
  readonly parts: Intervals;
  /** By part. Undefined: the ends of the part must be listed. */
  readonly found: readonly (string | undefined)[];
}

/** Goes through the values, and counts the ends that begin and end at each. */
function sweep(field: Field, endings: readonly Ending[]): Profile {
  const steps = new Map<bigint, { readonly ending: Ending; readonly difference: 1 | -1 }[]>();
  for (const ending of endings) {
    for (const [first, last] of ending.outcome.packets.fields[field]) {
      addToGroup(steps, first, { ending, difference: 1 });
      addToGroup(steps, last + 1n, { ending, difference: -1 });
    }
  }
  const starts = [...steps.keys()].sort((a, b) => (a < b ? -1 : 1));
  const texts = new Map<string, number>();
  const effects = new Map<string, number>();
  let held = 0;
  const found = starts.map((start) => {
    for (const { ending, difference } of steps.get(start) ?? []) {
      count(texts, textOf(ending), difference);
      count(effects, ending.effect, difference);
      held += difference;
    }
    // Ends of the same effect have to be joined.
    return effects.size < held || texts.size > MOST_TEXTS ? undefined : patternText(texts);
  });
  return { parts: starts.flatMap((start, at) => range(start, (starts[at + 1] ?? start + 1n) - 1n)), found };
}
