import { appendAll } from '../text/append-all.ts';
import { type Diagnostic, type Outcome } from './diagnostic.ts';

/** Gathers what the steps of a phase have to tell, while their values are passed on. */
export interface Collector {
  /** Everything told so far, in that order. */
  readonly problems: readonly Diagnostic[];
  /** The value of an outcome; its problems are added to the others. */
  readonly keep: <T>(outcome: Outcome<T>) => T;
  /** Adds one problem. */
  readonly tell: (problem: Diagnostic) => void;
}

/** A collector that was told nothing yet. */
export function collector(): Collector {
  const problems: Diagnostic[] = [];
  const keep = <T>(outcome: Outcome<T>): T => {
    appendAll(problems, outcome.problems);
    return outcome.value;
  };
  return { problems, keep, tell: (problem) => void problems.push(problem) };
}
