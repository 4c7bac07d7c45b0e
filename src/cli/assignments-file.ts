import { existsSync } from 'node:fs';
import { type Assignments, formatAssignments, NO_ASSIGNMENTS } from '../cluster/assignments.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { readAssignments } from '../pipeline/read-assignments.ts';
import { type Io } from './io.ts';
import { type StandInFlags } from './options.ts';
import { readSource } from './read-inputs.ts';
import { writeWhole } from './write-whole.ts';

/**
 * Reads the addresses and ports of earlier runs from the file of `--assignments`. Returns none without that
 * option.
 */
export async function pinnedAssignments(
  { assignments, writeAssignments: isToBeWritten }: StandInFlags,
  io: Io,
): Promise<Outcome<Assignments>> {
  if (assignments === undefined) return { value: NO_ASSIGNMENTS, problems: [] };
  return readFile(assignments, isToBeWritten === true, io);
}

/** Reads the file of `--assignments`. The file may be missing when this run will write it. */
async function readFile(path: string, mayBeMissing: boolean, io: Io): Promise<Outcome<Assignments>> {
  if (mayBeMissing && !existsSync(path)) return { value: NO_ASSIGNMENTS, problems: [] };
  const source = await readSource(path, io);
  if (source.value === undefined) return { value: NO_ASSIGNMENTS, problems: source.problems };
  return readAssignments(source.value);
}

/** Creates or completes the file of `--assignments`. */
export const writeAssignments = async (path: string, assignments: Assignments): Promise<void> =>
  writeWhole(path, formatAssignments(assignments));
