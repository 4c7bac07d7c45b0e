import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';

/**
 * Returns one warning that counts all stand-ins, for users who do not ask to see each, behind every single one, which
 * are its details; nothing without stand-ins.
 */
export function summarizeStandIns(standIns: readonly Diagnostic[]): readonly Diagnostic[] {
  const count = standIns.length;
  if (count === 0) return [];
  const what =
    count === 1
      ? '1 value that only a cluster assigns is'
      : `${count} values that only a cluster assigns are`;
  const summary = diagnostic(
    'stand-in',
    `${what} missing and replaced by a stand-in: -v names them, --assignments keeps them, --require-assigned refuses them`,
  );
  return [...standIns, summary];
}
