import { type DiagnosticCode } from '../../diagnostics/codes.ts';
import { type TableName } from './model.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Source, placeAt } from '../../text/source.ts';
import { type Counters } from './dump.ts';
import { type IsNatChain } from './infer-table.ts';

/**
 * One line of a dump, the same for every form: what `iptables -L` shows in columns comes as the words that
 * `iptables -S` would print. Offsets count from the start of the whole text.
 */
export type Statement =
  /** A blank line, a comment, or anything else that says nothing of the rules. */
  | { readonly kind: 'remark'; readonly offset: number; readonly text: string }
  /** Without a name where the form does not tell it. */
  | { readonly kind: 'table'; readonly offset: number; readonly name: TableName | undefined }
  | {
      readonly kind: 'chain';
      readonly offset: number;
      readonly name: string;
      readonly policy: string | undefined;
      readonly counters: Counters | undefined;
    }
  | RuleStatement
  | { readonly kind: 'commit'; readonly offset: number };

export interface RuleStatement {
  readonly kind: 'rule';
  readonly offset: number;
  readonly chain: string;
  readonly counters: Counters | undefined;
  /** The rule as it stands in the text, without counters ahead of it. */
  readonly raw: string;
  /** Everything behind `-A CHAIN`. */
  readonly options: string;
  /** Where the options begin; undefined when they were put together from columns. */
  readonly optionsOffset: number | undefined;
}

/** Whether a rule in the chain, which leads to the target, must be understood whole. */
export type MustBeWhole = (chain: string, target: string | undefined) => boolean;

/** What is known of the software whose rules are read. */
export interface KnownSoftware {
  readonly isNatChain: IsNatChain;
  readonly mustBeWhole: MustBeWhole;
}

/** Nothing is known: every rule is kept as it stands. */
export const UNKNOWN_SOFTWARE: KnownSoftware = { isNatChain: () => false, mustBeWhole: () => false };

/** What a reader made of the text, and what it could not read. */
export interface Statements {
  readonly statements: readonly Statement[];
  readonly problems: readonly Diagnostic[];
}

/** What is wrong at an offset of the text, as severe as its code. */
export const problemAt = (
  source: Source,
  offset: number,
  message: string,
  code: DiagnosticCode,
): Diagnostic => diagnostic(code, message, { place: placeAt(source, offset) });

/** Reading stops here: a text with so many errors is no dump, and nobody reads them all. */
export const MOST_ERRORS = 100;

/** Both counters, or none when the text has none. */
export const countersOf = (packets: string | undefined, bytes: string | undefined): Counters | undefined =>
  packets === undefined || bytes === undefined ? undefined : { packets, bytes };
