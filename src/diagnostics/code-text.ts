/** `error`: nothing is written, and the exit code is 2. `warning`: the result may not be what was meant. */
export type Severity = 'error' | 'warning';

/** What a code stands for. */
export interface CodeText {
  /** Unless an option says otherwise. */
  readonly severity: Severity;
  /** One sentence. README's tables repeat it. */
  readonly meaning: string;
}

/** Codes with what they stand for, in the order in which they are listed. */
export type CodeTable = Readonly<Record<string, CodeText>>;

/** What forbids going on. */
export const error = (meaning: string): CodeText => ({ severity: 'error', meaning });

/** What does not. */
export const warning = (meaning: string): CodeText => ({ severity: 'warning', meaning });
