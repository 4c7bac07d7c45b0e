import { appendAll } from '../text/append-all.ts';
import { type Diagnostic, type Outcome } from './diagnostic.ts';

/** Collects the problems of the steps of a phase and passes their values on. */
export interface Collector {
  /** All problems so far, in the order in which they were added. */
  readonly problems: readonly Diagnostic[];
  /** Returns the value of an outcome and adds its problems to the others. */
  readonly keep: <T>(outcome: Outcome<T>) => T;
  /** Adds one problem. */
  readonly tell: (problem: Diagnostic) => void;
}

/** Makes an empty collector. */
export function collector(): Collector {
  const problems: Diagnostic[] = [];
  const keep = <T>(outcome: Outcome<T>): T => {
    appendAll(problems, outcome.problems);
    return outcome.value;
  };
  return { problems, keep, tell: (problem) => void problems.push(problem) };
}
