/** Spreads the dumps of many nodes over worker threads, which run the same command on a share of them each. */
import { readdir, realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker, workerData } from 'node:worker_threads';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { naturalOrder } from '../text/natural-order.ts';
import { type Source } from '../text/source.ts';
import { type Io, readAll } from './io.ts';
import { fileProblem } from './read-inputs.ts';

/** The dump of a node, which its file is named after. */
export interface NodeFile {
  readonly node: string;
  readonly path: string;
}

const ENDING = /\.(?:save|dump|txt|log|rules|nft|json)$/i;

/** Every file of the folder, hidden ones left out, in the order of the nodes. */
export async function nodeFilesIn(dir: string): Promise<Outcome<readonly NodeFile[]>> {
  const failed = (problem: Diagnostic): Outcome<readonly NodeFile[]> => ({ value: [], problems: [problem] });
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    const files = entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => ({ node: name.replace(ENDING, ''), path: join(dir, name) }))
      .sort((a, b) => naturalOrder(a.node, b.node) || naturalOrder(a.path, b.path));
    const twice = files.find(({ node }, at) => node === files[at - 1]?.node);
    if (twice !== undefined)
      return failed(diagnostic('usage', `two dumps in ${dir} are of node ${twice.node}`));
    return files.length === 0
      ? failed(diagnostic('no-input', `${dir}: no dump in this directory`))
      : { value: files, problems: [] };
  } catch (error) {
    return failed(fileProblem('file-unreadable', dir, error));
  }
}

/** Which of how many threads this is, counted from 0. */
export interface Share {
  readonly at: number;
  readonly of: number;
}

/** `2/8` as a share. */
export function readShare(text: string): Share {
  const [at = 0, of = 1] = text.split('/').map(Number);
  return { at, of };
}

/** The items of a share: threads take turns, so that large and small dumps are spread evenly. */
export const itemsOf = <Item>(items: readonly Item[], { at, of }: Share): readonly Item[] =>
  items.filter((_, index) => index % of === at);

/** The file that threads can run as this program; undefined where the program is a single executable or under test. */
export async function scriptOf({ script }: Io): Promise<string | undefined> {
  const path = script === undefined ? undefined : await realpath(script).catch(() => undefined);
  return path?.endsWith('.js') === true ? path : undefined;
}

/** Fewer dumps than this a thread are not worth its start. */
const LEAST_PER_THREAD = 4;

/** How many threads that many dumps are worth. */
export const threadsFor = (dumps: number): number =>
  Math.max(1, Math.min(availableParallelism(), Math.floor(dumps / LEAST_PER_THREAD)));

/** What all threads get beside their share: plain data. */
export interface ForThreads {
  /** The cluster, where it is read once for all of them. */
  readonly cluster?: Outcome<readonly Source[]>;
}

/** In a thread: what it was given. */
export const givenToThread = (): ForThreads => workerData as ForThreads;

/**
 * Runs the script once a share, each in a worker thread, and returns the lines that all of them print, parsed as JSON.
 * Throws when a thread fails otherwise than by its lines.
 */
export async function runShares(
  script: string,
  argv: readonly string[],
  count: number,
  given: ForThreads = {},
): Promise<readonly unknown[]> {
  const shares = Array.from({ length: count }, (_, at) =>
    runShare(script, [...argv, '--share', `${at}/${count}`], given),
  );
  return (await Promise.all(shares)).flat();
}

async function runShare(
  script: string,
  argv: readonly string[],
  given: ForThreads,
): Promise<readonly unknown[]> {
  const worker = new Worker(script, { argv: [...argv], workerData: given, stdout: true, stderr: true });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      resolve();
    });
  });
  const [stdout, stderr] = await Promise.all([readAll(worker.stdout), readAll(worker.stderr), ended]);
  const lines = Buffer.from(stdout).toString('utf8').split('\n');
  const text = Buffer.from(stderr).toString('utf8');
  if (text !== '') throw new Error(`a thread failed: ${text}`);
  return lines.filter((line) => line !== '').map((line): unknown => JSON.parse(line));
}
