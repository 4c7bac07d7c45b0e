/** `svc2ipt diff --watch`: compares again and again, and tells what changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../config/duration.ts';
import { type Diff } from '../../diff.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { type Comparison, type Difference, portNameOf } from '../../modes/comparison.ts';
import { select } from '../../report/select.ts';
import { printable, printableJson } from '../../text/printable.ts';
import { type ExitCode, type Io } from '../io.ts';
import { type FollowedCluster } from '../../api-server/read-cluster.ts';
import { type ClusterFlags } from '../cluster-inputs.ts';
import { formatMetrics } from '../metrics.ts';
import { type ListenAddress, listenOption, type MetricsServer, serveMetrics } from '../metrics-server.ts';
import { fileProblem, type InputFlags } from '../read-inputs.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';
import { writeWhole } from '../write-whole.ts';

/** The flags of `svc2ipt diff` that belong to a watch. */
export interface WatchFlags extends ReportFlags {
  /** Milliseconds between two rounds. */
  readonly watch?: number;
  readonly metricsFile?: string;
  readonly metricsListen?: ListenAddress;
  readonly output: string;
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
}

/** `--watch`, `--metrics-file`, `--metrics-listen`. */
export const withWatch = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--watch <duration>',
        'compare again after each such time, as 30s, and tell only changes',
      ).argParser(readInterval),
    )
    .option('--metrics-file <file>', 'with --watch: keep metrics for Prometheus in this file, replaced whole')
    .addOption(listenOption());

function readInterval(text: string): number {
  const milliseconds = (parseDuration(text) ?? 0) / 1e6;
  if (milliseconds >= 1000) return milliseconds;
  throw new InvalidArgumentError('It is a time of a second or more, as 30s or 5m.');
}

/** What is wrong with the use of these options. `paths` are the files that every round reads. */
export function watchMisuse(
  { watch, metricsFile, metricsListen, output }: WatchFlags,
  paths: readonly (string | undefined)[],
): readonly Diagnostic[] {
  if (watch === undefined) {
    const needless = [
      ...(metricsFile === undefined ? [] : ['--metrics-file']),
      ...(metricsListen === undefined ? [] : ['--metrics-listen']),
    ];
    return needless.map((option) => diagnostic('usage', `${option} needs --watch`));
  }
  const messages = [
    ...(output === 'text' || output === 'json' ? [] : [`--watch has the forms text and json, not ${output}`]),
    ...(paths.includes('-') ? ['--watch reads its input again and again, but standard input only once'] : []),
  ];
  return messages.map((message) => diagnostic('usage', message));
}

/** What a watch needs of the world. */
export interface WatchWorld {
  /** Waits, or returns false when the watch is to end. */
  readonly wait: (milliseconds: number) => Promise<boolean>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborted when the watch is to end. */
  readonly ending: AbortSignal;
}

/** Until the process is told to end. */
function untilSignal(): WatchWorld {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      ending.abort();
    });
  }
  // Nobody reads on (`| head`).
  process.stdout.once('error', () => {
    ending.abort();
  });
  return {
    now: Date.now,
    ending: ending.signal,
    wait: (milliseconds) => sleep(milliseconds, true, { signal: ending.signal }).catch(() => false),
  };
}

/** The flags of a watch, and the cluster that it may follow. */
export interface NodeWatchFlags extends WatchFlags, ClusterFlags {
  readonly fromCluster?: boolean;
  readonly readCluster?: InputFlags['readCluster'];
}

/** Compares in rounds until the process is told to end. Follows the cluster meanwhile, and serves metrics. */
export async function watchNode<Flags extends NodeWatchFlags>(
  compareOnce: (flags: Flags) => Promise<Outcome<Diff | undefined>>,
  flags: Flags,
  io: Io,
  world: WatchWorld = untilSignal(),
): Promise<ExitCode> {
  const server = await listenFor(flags);
  if (reportProblems(server.problems, io, flags)) return 2;
  const cluster = flags.fromCluster === true ? await follow(flags, io, world.ending) : undefined;
  const own = cluster === undefined ? flags : { ...flags, readCluster: cluster.read };
  try {
    return await watchDiff(() => compareOnce(own), flags, io, world, server.value);
  } finally {
    await cluster?.close();
    await server.value?.close();
  }
}

const listenFor = async ({
  watch = 0,
  metricsListen,
}: WatchFlags): Promise<Outcome<MetricsServer | undefined>> =>
  metricsListen === undefined ? { value: undefined, problems: [] } : serveMetrics(metricsListen, watch);

async function follow(flags: ClusterFlags, io: Io, ending: AbortSignal): Promise<FollowedCluster> {
  const cluster = (await import('../cluster-inputs.ts')).followedCluster(flags, io);
  ending.addEventListener('abort', () => void cluster.close(), { once: true });
  return cluster;
}

/** What the last round found, by the text that tells it. */
interface Known {
  readonly differences: ReadonlyMap<string, Difference>;
  readonly problems: ReadonlySet<string>;
}

/**
 * Compares in rounds and prints only what changed since the round before. A round that fails is told, and does not end
 * the watch. Returns the exit code of the last round.
 */
export async function watchDiff(
  once: () => Promise<Outcome<Diff | undefined>>,
  flags: WatchFlags,
  io: Io,
  { wait, now, ending }: WatchWorld,
  server?: MetricsServer,
): Promise<ExitCode> {
  let known: Known = { differences: new Map(), problems: new Set() };
  let code: ExitCode = 2;
  let lastSuccess: number | undefined;
  let isFirst = true;
  for (;;) {
    const began = now();
    const { value, problems } = await once();
    const found = hasErrors(problems) ? undefined : value && selected(value, flags);
    // A round that the end breaks off is no failure of the node.
    if (found === undefined && ending.aborted) return code;
    known = { ...known, problems: reportNew(problems, known.problems, flags, io) };
    if (found !== undefined) {
      lastSuccess = now() / 1000;
      known = { ...known, differences: tellChanges(found.comparison, known.differences, isFirst, flags, io) };
      isFirst = false;
    }
    await keepMetrics({ found, seconds: (now() - began) / 1000, lastSuccess }, flags, io, server);
    code = found === undefined ? 2 : known.differences.size === 0 ? 0 : 1;
    if (!(await wait(flags.watch ?? 0))) return code;
  }
}

/** Leaves only the Services that are asked for. */
const selected = (found: Diff, { only = [], exclude = [] }: WatchFlags): Diff => ({
  ...found,
  comparison: select(found.comparison, { only, exclude }),
});

/** Reports the problems that the round before did not have. */
function reportNew(
  problems: readonly Diagnostic[],
  before: ReadonlySet<string>,
  flags: WatchFlags,
  io: Io,
): ReadonlySet<string> {
  const texts = problems.map((problem) => JSON.stringify(problem));
  reportProblems(
    problems.filter((_, at) => !before.has(texts[at] ?? '')),
    io,
    flags,
  );
  return new Set(texts);
}

const textOf = ({ service, message }: Difference): string =>
  printable(`${service === undefined ? 'node' : portNameOf(service)}: ${message}`);

function tellChanges(
  { differences }: Comparison,
  before: ReadonlyMap<string, Difference>,
  isFirst: boolean,
  { output }: WatchFlags,
  io: Io,
): ReadonlyMap<string, Difference> {
  const after = new Map(differences.map((difference) => [textOf(difference), difference]));
  const added = [...after].filter(([text]) => !before.has(text));
  const gone = [...before].filter(([text]) => !after.has(text));
  if (added.length === 0 && gone.length === 0 && !isFirst) return after;
  if (output === 'json') {
    const fields = ([, { kind, service, message }]: readonly [string, Difference]): object => ({
      kind,
      service: service ?? null,
      message,
    });
    const line = {
      equal: after.size === 0,
      differences: after.size,
      new: added.map(fields),
      gone: gone.map(fields),
    };
    io.stdout.write(`${printableJson(line)}\n`);
    return after;
  }
  const count = after.size === 1 ? '1 difference' : `${after.size} differences`;
  const lines = [
    ...gone.map(([text]) => `gone: ${text}`),
    ...added.map(([text]) => `new: ${text}`),
    after.size === 0 ? 'the node is programmed as the cluster says' : count,
  ];
  io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return after;
}

async function keepMetrics(
  round: Parameters<typeof formatMetrics>[0],
  flags: WatchFlags,
  io: Io,
  server: MetricsServer | undefined,
): Promise<void> {
  if (flags.metricsFile === undefined && server === undefined) return;
  const metrics = await formatMetrics(round);
  server?.publish({ metrics, failed: round.found === undefined, milliseconds: round.seconds * 1000 });
  if (flags.metricsFile === undefined) return;
  try {
    await writeWhole(flags.metricsFile, metrics);
  } catch (error) {
    reportProblems([fileProblem('file-unwritable', flags.metricsFile, error)], io, flags);
  }
}
