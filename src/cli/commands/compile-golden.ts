/** `svc2ipt compile --golden DIR`: the golden files of many nodes, releases or families, named by one file. */
import { lstat, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { type Compilation, compileManifests } from '../../compile.ts';
import { summarizeStandIns } from '../../cluster/summarize-stand-ins.ts';
import { collector } from '../../diagnostics/collector.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { readGolden } from '../../golden/read-golden.ts';
import { reviewOfGolden } from '../../golden/review.ts';
import { GOLDEN_FILE, type Target, targetsOf } from '../../golden/targets.ts';
import { loadManifests, type Manifests } from '../../pipeline/manifests.ts';
import { mergeReviews, type NamedReview, reviewOfMerged } from '../../review/merge.ts';
import { type Source } from '../../text/source.ts';
import { foldCharts } from '../chart-problems.ts';
import { flagsOf, goldenOptions } from '../golden-options.ts';
import { type ExitCode, type Io } from '../io.ts';
import { progressOn } from '../progress.ts';
import { fileProblem, readInputs, readSource } from '../read-inputs.ts';
import { reportProblems } from '../report-problems.ts';
import { writeReview } from '../write-review.ts';
import { beginBatch, type WriteFailure } from '../write-whole.ts';
import { paintedPatch } from './compile-check.ts';
import { type CompileFlags, misuseOfMode, readRequest, render } from './compile-options.ts';

/** What one golden file shall hold. */
interface Compiled {
  readonly path: string;
  readonly text: string;
  readonly compilation: Compilation;
  readonly parts: readonly string[] | undefined;
}

/** Takes one golden file after the other, so that no two of them are in memory. */
type Consume = (compiled: Compiled) => Promise<readonly Diagnostic[]>;

/** Writes all golden files of the folder, or with `--check` compares them. Writes none when anything is wrong. */
export async function compileGolden(dir: string, flags: CompileFlags, io: Io): Promise<ExitCode> {
  return flags.check === undefined ? writeAll(dir, flags, io) : checkAll(dir, flags, io);
}

async function writeAll(dir: string, flags: CompileFlags, io: Io): Promise<ExitCode> {
  const batch = beginBatch();
  const problems = await compileAll(dir, io, async ({ path, text }) =>
    unwritten(await batch.add(path, text)),
  );
  if (reportProblems(problems, io, flags)) {
    await batch.discard();
    return 2;
  }
  return reportProblems(unwritten(await batch.commit()), io, flags) ? 2 : 0;
}

const unwritten = (failure: WriteFailure | undefined): readonly Diagnostic[] =>
  failure === undefined ? [] : [fileProblem('file-unwritable', failure.path, failure.error)];

/** Compiles what the file of the folder names. Returns all problems; none of them is an error when all is well. */
async function compileAll(dir: string, io: Io, consume: Consume): Promise<readonly Diagnostic[]> {
  const source = await readSource(join(dir, GOLDEN_FILE), io);
  if (source.value === undefined) return source.problems;
  const golden = readGolden(source.value, goldenOptions());
  if (golden.value === undefined) return golden.problems;
  const { text, locate } = golden.value;
  const { keep, problems, tell } = collector();
  keep(golden);
  const targets = keep(targetsOf(golden.value));
  const from = (path: string): string => join(dir, path);
  const flagged = targets.map((target) => ({ target, flags: keep(flagsOf(target, locate, from)) }));
  if (hasErrors(problems)) return distinct(problems);

  const progress = progressOn(io);
  progress.step('reading manifests');
  const { recursive = false, exclude = [], inputs: paths = [] } = text;
  const sources = keep(await readInputs({ filename: paths.map(from), recursive, exclude }, io));
  const load = manifestLoader(sources);
  for (const { target, flags } of flagged) {
    progress.step(`compiling ${target.file}`);
    const compiled = keep(await compileTarget(dir, target, flags, load, io));
    if (compiled === undefined) continue;
    for (const problem of await consume(compiled)) tell(problem);
  }
  progress.done();
  return foldCharts(distinct(problems), 'compile');
}

type Load = (strict: boolean, ranges: Parameters<typeof loadManifests>[1]['ranges']) => Outcome<Manifests>;

/** Reads the same manifests once for all golden files that read them in the same way. */
function manifestLoader(sources: readonly Source[]): Load {
  const loaded = new Map<string, Outcome<Manifests>>();
  return (strict, ranges) => {
    const key = JSON.stringify([strict, ranges], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const manifests = loaded.get(key) ?? loadManifests(sources, { strict, ranges });
    loaded.set(key, manifests);
    return manifests;
  };
}

async function compileTarget(
  dir: string,
  { file, place }: Target,
  flags: CompileFlags | undefined,
  load: Load,
  io: Io,
): Promise<Outcome<Compiled | undefined>> {
  if (flags === undefined) return { value: undefined, problems: [] };
  const path = join(dir, file);
  if (!(await staysIn(dir, path))) {
    const message = `${path} leads out of the folder by a symbolic link`;
    return { value: undefined, problems: [diagnostic('golden-invalid', message, { place })] };
  }
  const request = await readRequest(flags, io);
  const { strict, ranges } = request.value;
  const { value, problems } = compileManifests(load(strict, ranges), request.value);
  const misused = value === undefined ? [] : misuseOfMode(value.mode, flags);
  // A problem of the settings has no place of its own.
  const found = [...request.problems, ...problems, ...misused].map((problem) =>
    problem.place === undefined && problem.severity === 'error' ? { ...problem, place } : problem,
  );
  if (value === undefined || hasErrors(found)) return { value: undefined, problems: found };
  const compiled = { path, text: render(value, flags), compilation: value, parts: flags.part ?? flags.table };
  return { value: compiled, problems: [...found, ...summarizeStandIns(value.cluster.standIns)] };
}

/** Whether a path is in the folder once symbolic links are followed. */
async function staysIn(dir: string, path: string): Promise<boolean> {
  const root = await realpath(dir);
  for (let at = resolve(path); ; at = dirname(at)) {
    const isThere = await lstat(at).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    const real = await realpath(at).catch(() => undefined);
    return real === root || real?.startsWith(root + sep) === true;
  }
}

/** Many golden files read the same manifests and give the same messages. */
const distinct = (problems: readonly Diagnostic[]): readonly Diagnostic[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];

async function checkAll(dir: string, flags: CompileFlags, io: Io): Promise<ExitCode> {
  const reviews: NamedReview[] = [];
  const patches: string[] = [];
  let count = 0;
  let differing = 0;
  const problems = await compileAll(dir, io, async ({ path, text, compilation, parts }) => {
    count += 1;
    const golden = await readFile(path, 'utf8').catch((error: unknown) => ({ error }));
    const isMissing = typeof golden !== 'string';
    if (isMissing && (golden.error as NodeJS.ErrnoException).code !== 'ENOENT')
      return [fileProblem('file-unreadable', path, golden.error)];
    if (golden === text) return [];
    differing += 1;
    if (flags.report === undefined)
      patches.push(isMissing ? `${path} is missing\n` : paintedPatch(path, golden, text, flags, io));
    else {
      const check = { path, text, compilation, parts };
      const review = isMissing ? missing(path) : reviewOfGolden({ ...check, golden });
      reviews.push({ name: path, review });
    }
    return [];
  });
  if (reportProblems(problems, io, flags)) return 2;
  for (const patch of patches) io.stdout.write(patch);
  const unwritten = flags.report && (await writeReview(summed(reviews, count), flags.report, flags, io));
  if (reportProblems(unwritten ?? [], io, flags)) return 2;
  return differing === 0 ? 0 : 1;
}

const missing = (path: string): NamedReview['review'] => ({
  summary: '',
  groups: [
    {
      name: 'golden files',
      items: [
        {
          code: 'missing-file',
          severity: 'error',
          message: 'the file is missing',
          place: { file: path, line: 1, column: 1 },
          lines: [],
        },
      ],
    },
  ],
  notes: [],
});

function summed(reviews: readonly NamedReview[], count: number): NamedReview['review'] {
  const summary =
    reviews.length === 0
      ? `all ${count} golden files are up to date`
      : `${reviews.length} of ${count} golden files ${reviews.length === 1 ? 'is' : 'are'} out of date`;
  return { ...reviewOfMerged(mergeReviews(reviews), { plural: 'files', count }), summary };
}
