import { type Intervals, overlap } from './intervals.ts';
import { type Field } from './packet-set.ts';
import { type ProgramRule, type Step } from './program.ts';

/** What the fields of packets may be when they come to a rule. A field that is absent may be anything. */
export type Values = Readonly<Partial<Record<Field, Intervals | undefined>>>;

/**
 * Returns false when a rule does nothing with packets of these values: it only counts them, or one of its
 * tests excludes all of them. Looks no further than the first test whose answer nobody knows.
 */
export function mayAct({ steps }: ProgramRule, values: Values): boolean {
  if (steps.every(onlyTests)) return false;
  for (const step of steps) {
    if (step.kind === 'field') {
      if (isOutside(values[step.field], step.values)) return false;
    } else if (step.kind === 'conntrack') {
      const isPlain = !step.negated && !step.destinationTranslated && !step.sourceTranslated;
      if (isPlain && isOutside(values.conntrack, step.states)) return false;
    } else if (step.kind === 'any') return step.of.length > 0 || step.negated;
    else if (step.kind !== 'mark' && step.kind !== 'random' && step.kind !== 'client') return true;
  }
  return true;
}

const isOutside = (now: Intervals | undefined, wanted: Intervals): boolean =>
  now !== undefined && !overlap(now, wanted);

/** A rule of such steps alone changes no packet, and depends on nothing that nobody knows. */
const onlyTests = ({ kind }: Step): boolean =>
  kind === 'field' || kind === 'mark' || kind === 'random' || kind === 'client';
