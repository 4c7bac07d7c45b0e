/** What the mutants of every mode have in common: what must be found, and how well it was. */
import { type Comparison, portNameOf } from '../../src/modes/comparison.ts';

/** What a mutant is expected to be told as. */
export interface Verdict {
  /** Any of these. */
  readonly kinds: readonly string[];
  /** `ns/name:port`, or null for the node's own rules. */
  readonly owner: string | null;
}

export interface Mutant {
  readonly mutation: string;
  readonly text: string;
  /** What was touched, for messages. */
  readonly about: string;

  readonly verdict: Verdict;
}

interface Score {
  tried: number;
  /** Exit code 1. */
  found: number;
  /** One finding, of the right kind, for the right Service. */
  named: number;
}

/** Counts how many mutants were found and named. */
export interface Scoreboard {
  /** How many of the mutation were judged already. */
  readonly count: (mutation: string) => number;
  /** Returns what is wrong with the findings about a mutant; undefined when one names it rightly. */
  readonly judge: (mutant: Mutant, comparison: Pick<Comparison, 'differences'>) => string | undefined;
  readonly total: () => Readonly<Score>;
  /** Prints a line for each mutation, and one for all. */
  readonly print: (what: string) => void;
}

export function scoreboard(): Scoreboard {
  const scores = new Map<string, Score>();
  const total: Score = { tried: 0, found: 0, named: 0 };
  return {
    count: (mutation) => scores.get(mutation)?.tried ?? 0,
    judge: (mutant, { differences }) => {
      const score = scores.get(mutant.mutation) ?? { tried: 0, found: 0, named: 0 };
      scores.set(mutant.mutation, score);
      const told = differences.map(
        ({ kind, service }) => `${kind} ${service === undefined ? 'node' : portNameOf(service)}`,
      );
      const wanted = mutant.verdict.kinds.map((kind) => `${kind} ${mutant.verdict.owner ?? 'node'}`);
      const isNamed = differences.length === 1 && wanted.includes(told[0] ?? '');
      for (const counter of [score, total]) {
        counter.tried += 1;
        if (differences.length > 0) counter.found += 1;
        if (isNamed) counter.named += 1;
      }
      return isNamed
        ? undefined
        : `${mutant.mutation} (${mutant.about}): ${told.join('; ')} instead of ${wanted.join(' or ')}`;
    },
    total: () => total,
    print: (what) => {
      for (const [mutation, score] of scores) {
        process.stdout.write(`${mutation}: ${score.found} found, ${score.named} named / ${score.tried}\n`);
      }
      process.stdout.write(`${what}: ${total.found} found, ${total.named} named / ${total.tried} tried\n`);
    },
  };
}
