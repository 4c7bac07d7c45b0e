import { type Assignments, NO_ASSIGNMENTS } from '../cluster/assignments.ts';
import { parseAssignments } from '../cluster/parse-assignments.ts';
import { diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { placeAt, type Source } from '../text/source.ts';

/**
 * Reads what `formatAssignments` wrote. For any other text it returns no assignments, and `problems` says
 * why.
 */
export function readAssignments(source: Source): Outcome<Assignments> {
  const read = readManifest(source, { strict: true });
  const [object, second] = read.value;
  if (object === undefined || second !== undefined) {
    const message = `an assignments file holds one document, this one ${read.value.length}`;
    const place = second === undefined ? placeAt(source, 0) : second.locate([]);
    const count = read.problems.length > 0 ? [] : [diagnostic('assignments-invalid', message, { place })];
    return { value: NO_ASSIGNMENTS, problems: [...read.problems, ...count] };
  }
  const assignments = parseAssignments(object);
  return { value: assignments.value, problems: [...read.problems, ...assignments.problems] };
}
