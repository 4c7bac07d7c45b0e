import { existsSync } from 'node:fs';
import { type Assignments, formatAssignments, NO_ASSIGNMENTS } from '../cluster/assignments.ts';
import { parseAssignments } from '../cluster/parse-assignments.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { placeAt } from '../text/source.ts';
import { type Io } from './io.ts';
import { type StandInFlags } from './options.ts';
import { readSource } from './read-inputs.ts';
import { writeWhole } from './write-whole.ts';

/** What was assigned before, as the flags tell; nothing without `--assignments`. */
export async function pinnedAssignments(
  { assignments, writeAssignments: isToBeWritten }: StandInFlags,
  io: Io,
): Promise<Outcome<Assignments>> {
  if (assignments === undefined) return { value: NO_ASSIGNMENTS, problems: [] };
  return readAssignments(assignments, isToBeWritten === true, io);
}

/** Reads the file of `--assignments`. One that is about to be written need not be there yet. */
async function readAssignments(path: string, mayBeMissing: boolean, io: Io): Promise<Outcome<Assignments>> {
  if (mayBeMissing && !existsSync(path)) return { value: NO_ASSIGNMENTS, problems: [] };
  const source = await readSource(path, io);
  if (source.value === undefined) return { value: NO_ASSIGNMENTS, problems: source.problems };
  const read = readManifest(source.value, { strict: true });
  const [object, second] = read.value;
  if (object === undefined || second !== undefined) {
    const message = `an assignments file holds one document, this one ${read.value.length}`;
    const place = second === undefined ? placeAt(source.value, 0) : second.locate([]);
    const count = read.problems.length > 0 ? [] : [diagnostic('assignments-invalid', message, { place })];
    return { value: NO_ASSIGNMENTS, problems: [...read.problems, ...count] };
  }
  const assignments = parseAssignments(object);
  return { value: assignments.value, problems: [...read.problems, ...assignments.problems] };
}

/** Creates or completes the file of `--assignments`. */
export const writeAssignments = async (path: string, assignments: Assignments): Promise<void> =>
  writeWhole(path, formatAssignments(assignments));
