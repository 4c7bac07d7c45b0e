import { dirname } from 'node:path';
import { diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Baseline, formatBaseline, parseBaseline } from '../lint/baseline.ts';
import { type Finding } from '../lint/finding.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { placeAt } from '../text/source.ts';
import { type Io } from './io.ts';
import { readSource } from './read-inputs.ts';
import { writeWhole } from './write-whole.ts';

/** Reads the file of `--baseline`. */
export async function readBaseline(path: string, io: Io): Promise<Outcome<Baseline | undefined>> {
  const source = await readSource(path, io);
  if (source.value === undefined) return { value: undefined, problems: source.problems };
  const read = readManifest(source.value);
  const [object, second] = read.value;
  if (object === undefined || second !== undefined) {
    const message = `a baseline holds one document, this one ${read.value.length}`;
    const about = { place: placeAt(source.value, 0) };
    const count = read.problems.length > 0 ? [] : [diagnostic('baseline-invalid', message, about)];
    return { value: undefined, problems: [...read.problems, ...count] };
  }
  const baseline = parseBaseline(object, dirname(path));
  return { value: baseline.value, problems: [...read.problems, ...baseline.problems] };
}

/** Writes the file of `--baseline` anew. */
export const writeBaseline = async (path: string, findings: readonly Finding[]): Promise<void> =>
  writeWhole(path, formatBaseline(findings, dirname(path)));
