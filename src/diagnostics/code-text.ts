/** `error`: nothing is written, and the exit code is 2. `warning`: the result may not be what was meant. */
export type Severity = 'error' | 'warning';

/** The text about a code in `svc2ipt explain` and README. Code is in backticks. */
export interface Explanation {
  /** One sentence: what the code means. */
  readonly meaning: string;
  /** A minimal example that gives the code: part of a manifest, or a command line. */
  readonly example: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** The meaning of a code. */
export interface CodeText extends Explanation {
  /** The default; options may change it. */
  readonly severity: Severity;
}

/** Codes and their meanings, in the order of the printed list. */
export type CodeTable = Readonly<Record<string, CodeText>>;

/** Makes the row of an error. */
export const error = (explanation: Explanation): CodeText => ({ severity: 'error', ...explanation });

/** Makes the row of a warning. */
export const warning = (explanation: Explanation): CodeText => ({ severity: 'warning', ...explanation });
