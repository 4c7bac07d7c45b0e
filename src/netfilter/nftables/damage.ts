import { type DiagnosticCode } from '../../diagnostics/codes.ts';
import { diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../../text/source.ts';

/** A mistake in a text at an offset. {@link untilDamage} turns it into a problem. */
export class Damage extends Error {
  readonly offset: number;
  readonly code: DiagnosticCode;

  constructor(code: DiagnosticCode, offset: number, message: string) {
    super(message);
    this.offset = offset;
    this.code = code;
  }
}

/** Runs a reader. When it throws damage, returns an error with its place and no value. */
export function untilDamage<T>(source: Source, read: () => T): Outcome<T | undefined> {
  try {
    return { value: read(), problems: [] };
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    const place = placeAt(source, error.offset);
    return { value: undefined, problems: [diagnostic(error.code, error.message, { place })] };
  }
}
