import { type DiagnosticCode } from '../../diagnostics/codes.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../../text/source.ts';
import { SPLIT_IT } from './words.ts';

/** Something wrong at an offset of the text of a YAML document. */
export interface Fault {
  readonly offset: number;
  readonly message: string;
  readonly code: DiagnosticCode;
}

/** Returns a fault as a message with its place. */
export function toDiagnostic(source: Source, { offset, message, code }: Fault): Diagnostic {
  return diagnostic(code, message, { place: placeAt(source, offset) });
}

/** Says that a part of the input is longer than `limit` characters. */
export function tooLong(what: string, limit: number): string {
  return `the ${what} is longer than ${limit / (1024 * 1024)} MiB, the most that is read; ${SPLIT_IT}`;
}

/** Leaves out what begins at the offset, because it goes beyond a limit. */
export function refuse(source: Source, offset: number, message: string): Outcome<null> {
  return { value: null, problems: [toDiagnostic(source, { offset, message, code: 'input-too-large' })] };
}
