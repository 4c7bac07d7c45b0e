/** `error`: nothing is written, and the exit code is 2. `warning`: the result may not be what was meant. */
export type Severity = 'error' | 'warning';

/** What is said about a code, by `svc2ipt explain` and by README. Code stands between backticks. */
export interface Explanation {
  /** One sentence: what the code means. */
  readonly meaning: string;
  /** The least that gives the code: a piece of a manifest, or a command line. */
  readonly example: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** What a code stands for. */
export interface CodeText extends Explanation {
  /** Unless an option says otherwise. */
  readonly severity: Severity;
}

/** Codes with what they stand for, in the order in which they are listed. */
export type CodeTable = Readonly<Record<string, CodeText>>;

/** The row of a code that forbids going on. */
export const error = (explanation: Explanation): CodeText => ({ severity: 'error', ...explanation });

/** The row of a code that does not. */
export const warning = (explanation: Explanation): CodeText => ({ severity: 'warning', ...explanation });
