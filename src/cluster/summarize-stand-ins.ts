import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * Returns one warning that counts all stand-ins, for users who do not ask to see each; undefined without any.
 */
export function summarizeStandIns(standIns: readonly Diagnostic[]): Diagnostic | undefined {
  const count = standIns.length;
  if (count === 0) return undefined;
  const what =
    count === 1
      ? '1 value that only a cluster assigns is'
      : `${count} values that only a cluster assigns are`;
  return diagnostic(
    'stand-in',
    `${what} missing and replaced by a stand-in: -v names them, --assignments keeps them, --require-assigned refuses them`,
  );
}
