/** `svc2ipt compile --check`: what was compiled, held against a golden file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Compilation } from '../../compile.ts';
import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { reviewOfGolden } from '../../golden/review.ts';
import { unifiedPatch } from '../../golden/text-patch.ts';
import { coloursFor } from '../colours.ts';
import { isFolder, type Output } from '../deliver.ts';
import { type ExitCode, type Io } from '../io.ts';
import { fileProblem } from '../read-inputs.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';
import { type ReviewForm, writeReview } from '../write-review.ts';
import { joinPieces } from '../../text/pieces.ts';
import { printableLines } from '../../text/printable.ts';

/** The flags of `svc2ipt compile` that a comparison with a file needs. */
export interface CheckFlags extends ReportFlags {
  readonly table?: readonly string[];
  readonly report?: ReviewForm;
}

/**
 * Compares the output with a golden file or, when it has parts of several kinds, with the files of a folder. Returns
 * the worst exit code.
 */
export async function checkOutput(
  path: string,
  { pieces, files }: Output,
  compilation: Compilation,
  flags: CheckFlags,
  io: Io,
): Promise<ExitCode> {
  if (files === undefined || !(await isFolder(path)))
    return checkGolden(path, joinPieces(pieces()), compilation, flags, io);
  let worst: ExitCode = 0;
  for (const [name, text] of files()) {
    const code = await checkGolden(join(path, name), text, compilation, flags, io);
    if (code > worst) worst = code;
  }
  return worst;
}

/**
 * Compares the output with a golden file as text, because people review golden files like code. Prints a diff, or with
 * `--report` what changed in words.
 */
async function checkGolden(
  path: string,
  text: string,
  compilation: Compilation,
  flags: CheckFlags,
  io: Io,
): Promise<ExitCode> {
  let golden: string;
  try {
    golden = await readFile(path, 'utf8');
  } catch (error) {
    reportProblems([fileProblem('file-unreadable', path, error)], io, flags);
    return 2;
  }
  if (flags.report !== undefined) {
    const review = reviewOfGolden({ path, golden, text, compilation, parts: flags.table });
    const problems = await writeReview(review, flags.report, flags, io);
    reportProblems(problems, io, flags);
    if (hasErrors(problems)) return 2;
  } else if (golden !== text) io.stdout.write(paintedPatch(path, golden, text, flags, io));
  return golden === text ? 0 : 1;
}

/** The unified diff from a golden file to what was compiled; in colours on a terminal. */
export function paintedPatch(
  path: string,
  golden: string,
  text: string,
  { color }: ReportFlags,
  io: Io,
): string {
  const paint = coloursFor(io.stdout, io, color);
  const patch = unifiedPatch([path, 'compiled'], golden, text);
  return printableLines(patch)
    .split('\n')
    .slice(1)
    .map((line) => {
      if (line.startsWith('+')) return paint.green(line);
      if (line.startsWith('-')) return paint.red(line);
      return line.startsWith('@@') ? paint.cyan(line) : line;
    })
    .join('\n');
}
