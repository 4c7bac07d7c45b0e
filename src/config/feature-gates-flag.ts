import { type Outcome, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { fromFlag, type Setting, refused } from './setting.ts';

// Boolean values as strconv.ParseBool of Go reads them.
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

/**
 * Reads `A=true,B=false`; the last mention of a gate holds.
 * Errors in kube-proxy's words (MapStringBool.Set, component-base/cli/flag): a pair without `=`, a value that is no
 * boolean.
 */
export function parseFeatureGates(
  flag: string,
  text: string,
): Outcome<Setting<ReadonlyMap<string, boolean>> | undefined> {
  const gates = new Map<string, boolean>();
  const problems: Diagnostic[] = [];
  for (const pair of text.split(',')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const gate = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    const on = BOOLEANS.get(value);
    if (equals === -1) {
      problems.push(refused({ path: [flag] }, `malformed pair, expect string=bool: ${JSON.stringify(pair)}`));
    } else if (on === undefined) {
      problems.push(refused({ path: [flag] }, `invalid value of ${gate}: ${value}: must be true or false`));
    } else gates.set(gate, on);
  }
  return { value: gates.size === 0 ? undefined : fromFlag(flag, gates), problems };
}
