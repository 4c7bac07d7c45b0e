/** `svc2ipt diff --watch`: compares again and again, and tells what changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../config/duration.ts';
import { type Diff } from '../../diff.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { type Comparison, type Difference, portNameOf } from '../../modes/comparison.ts';
import { select } from '../../report/select.ts';
import { printable } from '../../text/printable.ts';
import { type ExitCode, type Io } from '../io.ts';
import { formatMetrics } from '../metrics.ts';
import { fileProblem } from '../read-inputs.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';
import { writeWhole } from '../write-whole.ts';

/** The flags of `svc2ipt diff` that belong to a watch. */
export interface WatchFlags extends ReportFlags {
  /** Milliseconds between two rounds. */
  readonly watch?: number;
  readonly metricsFile?: string;
  readonly output: string;
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
}

/** `--watch`, `--metrics-file`. */
export const withWatch = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--watch <duration>',
        'compare again after each such time, as 30s, and tell only changes',
      ).argParser(readInterval),
    )
    .option(
      '--metrics-file <file>',
      'with --watch: keep metrics for Prometheus in this file, replaced whole',
    );

function readInterval(text: string): number {
  const milliseconds = (parseDuration(text) ?? 0) / 1e6;
  if (milliseconds >= 1000) return milliseconds;
  throw new InvalidArgumentError('It is a time of a second or more, as 30s or 5m.');
}

/** What is wrong with the use of these options. `paths` are the files that every round reads. */
export function watchMisuse(
  { watch, metricsFile, output }: WatchFlags,
  paths: readonly (string | undefined)[],
): readonly Diagnostic[] {
  if (watch === undefined) {
    return metricsFile === undefined ? [] : [diagnostic('usage', '--metrics-file needs --watch')];
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
}

/** Until the process is told to end. */
export function untilSignal(): WatchWorld {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      ending.abort();
    });
  }
  return {
    now: Date.now,
    wait: (milliseconds) => sleep(milliseconds, true, { signal: ending.signal }).catch(() => false),
  };
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
  { wait, now }: WatchWorld,
): Promise<ExitCode> {
  let known: Known = { differences: new Map(), problems: new Set() };
  let lastSuccess: number | undefined;
  let isFirst = true;
  for (;;) {
    const began = now();
    const { value, problems } = await once();
    const failed = value === undefined || hasErrors(problems);
    const comparison =
      value && select(value.comparison, { only: flags.only ?? [], exclude: flags.exclude ?? [] });
    if (!failed) lastSuccess = now() / 1000;
    known = { ...known, problems: reportNew(problems, known.problems, flags, io) };
    if (comparison !== undefined && !failed) {
      known = { ...known, differences: tellChanges(comparison, known.differences, isFirst, flags, io) };
      isFirst = false;
    }
    const found = value && comparison && !failed ? { ...value, comparison } : undefined;
    await keepMetrics({ found, seconds: (now() - began) / 1000, lastSuccess }, flags, io);
    if (!(await wait(flags.watch ?? 0))) return failed ? 2 : known.differences.size === 0 ? 0 : 1;
  }
}

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
    io.stdout.write(`${JSON.stringify(line)}\n`);
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
): Promise<void> {
  if (flags.metricsFile === undefined) return;
  try {
    await writeWhole(flags.metricsFile, await formatMetrics(round));
  } catch (error) {
    reportProblems([fileProblem('file-unwritable', flags.metricsFile, error)], io, flags);
  }
}
