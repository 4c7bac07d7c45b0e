import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchDiff, type WatchFlags } from '../../src/cli/commands/diff-watch.ts';
import { diagnostic, type Outcome } from '../../src/diagnostics/diagnostic.ts';
import { type Diff } from '../../src/diff.ts';
import { type Difference, DIFFERENCE_KINDS } from '../../src/modes/comparison.ts';
import { run } from '../helpers/cli.ts';

const ROOT = join(import.meta.dirname, '../..');

let folder = '';
let metrics = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
  metrics = join(folder, 'svc2ipt.prom');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const difference = (message: string, service: string | undefined): Difference => ({
  kind: 'missing-endpoint',
  service,
  table: 'nat',
  chain: 'KUBE-SVC-A',
  message,
  expected: [],
  actual: [],
});

const ofService = (message: string): Difference => difference(message, 'default/web:http/TCP');
const ofNode = (message: string): Difference => difference(message, undefined);

/** What a comparison gives, as far as a watch looks at it. */
const found = (...differences: readonly Difference[]): Outcome<Diff> => ({
  value: {
    comparison: {
      differences,
      notes: [],
      servicePorts: ['default/web:http/TCP', 'shop/a/TCP'],
      leftovers: [],
    },
    version: '1.30',
    family: 'IPv4',
    mode: 'iptables',
  } as unknown as Diff,
  problems: [],
});
const broken = (message: string): Outcome<undefined> => ({
  value: undefined,
  problems: [diagnostic('file-unreadable', message)],
});

interface Watched {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The text of the metrics after each round. */
  readonly metrics: readonly string[];
}

async function watch(
  rounds: readonly Outcome<Diff | undefined>[],
  flags: Partial<WatchFlags> = {},
): Promise<Watched> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = { stdin: () => Readable.from([]), stdout, stderr, env: {} };
  const texts: string[] = [];
  let round = 0;
  let clock = 1_000_000;
  const code = await watchDiff(
    () => Promise.resolve(rounds[round]!),
    { watch: 30_000, output: 'text', color: false, metricsFile: metrics, ...flags },
    io,
    {
      now: () => (clock += 500),
      ending: new AbortController().signal,
      wait: (milliseconds) => {
        expect(milliseconds).toBe(30_000);
        texts.push(flags.metricsFile === undefined ? readFileSync(metrics, 'utf8') : '');
        round += 1;
        return Promise.resolve(round < rounds.length);
      },
    },
  );
  const textOf = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString('utf8') ?? '';
  return { code, stdout: textOf(stdout), stderr: textOf(stderr), metrics: texts };
}

describe('svc2ipt diff --watch', () => {
  it('tells only what changes', async () => {
    const [one, two] = [ofService('endpoint A is missing'), ofNode('jump is missing')];
    const { code, stdout, stderr } = await watch([
      found(one),
      found(one),
      found(one, two),
      found(two),
      found(),
      found(),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`new: default/web:http: endpoint A is missing
1 difference
new: node: jump is missing
2 differences
gone: default/web:http: endpoint A is missing
1 difference
gone: node: jump is missing
the node is programmed as the cluster says
`);
  });

  it('tells a node that is well from the start', async () => {
    expect(await watch([found(), found()])).toMatchObject({
      code: 0,
      stdout: 'the node is programmed as the cluster says\n',
    });
  });

  it('tells changes as a line of JSON each', async () => {
    const { code, stdout } = await watch([found(ofService('a')), found(ofNode('b'))], {
      output: 'json',
    });
    expect(code).toBe(1);
    const line = (text: string, service: string | null): object => ({
      kind: 'missing-endpoint',
      service,
      message: text,
    });
    expect(
      stdout
        .split('\n')
        .slice(0, -1)
        .map((text): unknown => JSON.parse(text)),
    ).toEqual([
      { equal: false, differences: 1, new: [line('a', 'default/web:http/TCP')], gone: [] },
      { equal: false, differences: 1, new: [line('b', null)], gone: [line('a', 'default/web:http/TCP')] },
    ]);
  });

  it('goes on after a failure, tells it once, and keeps what it knew', async () => {
    const one = ofService('a');
    const { code, stdout, stderr } = await watch([
      found(one),
      broken('x'),
      broken('x'),
      broken('y'),
      found(one),
      broken('x'),
    ]);
    expect(code).toBe(2);
    expect(stdout).toBe('new: default/web:http: a\n1 difference\n');
    expect(stderr).toBe(
      ['x', 'y', 'x'].map((name) => `svc2ipt: error: ${name} [file-unreadable]\n`).join(''),
    );
  });

  it('looks only at the Services that are selected', async () => {
    const { code, stdout } = await watch([found(ofService('a'))], { exclude: ['default/*'] });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'the node is programmed as the cluster says\n' });
  });

  it('keeps metrics, replaced whole', async () => {
    const { metrics: texts } = await watch([broken('x'), found(ofService('a')), broken('x')]);
    const value = (text: string | undefined, name: string): string | undefined =>
      text
        ?.split('\n')
        .find((line) => line.startsWith(`svc2ipt_${name} `))
        ?.split(' ')[1];
    expect(texts.map((text) => value(text, 'last_run_success'))).toEqual(['0', '1', '0']);
    expect(texts.map((text) => value(text, 'last_success_timestamp_seconds'))).toEqual([
      undefined,
      '1002',
      '1002',
    ]);
    const kinds = DIFFERENCE_KINDS.map(
      (kind) => `svc2ipt_differences{kind="${kind}"} ${kind === 'missing-endpoint' ? 1 : 0}`,
    );
    expect(texts[1]).toBe(`# HELP svc2ipt_last_run_success Whether the last comparison could be made.
# TYPE svc2ipt_last_run_success gauge
svc2ipt_last_run_success 1

# HELP svc2ipt_last_run_duration_seconds How long the last comparison took.
# TYPE svc2ipt_last_run_duration_seconds gauge
svc2ipt_last_run_duration_seconds 1

# HELP svc2ipt_last_success_timestamp_seconds When a comparison could last be made.
# TYPE svc2ipt_last_success_timestamp_seconds gauge
svc2ipt_last_success_timestamp_seconds 1002

# HELP svc2ipt_differences Differences between the node and what the cluster says.
# TYPE svc2ipt_differences gauge
${kinds.join('\n')}

# HELP svc2ipt_services_differing Services that differ.
# TYPE svc2ipt_services_differing gauge
svc2ipt_services_differing 1

# HELP svc2ipt_services Services that the node should serve.
# TYPE svc2ipt_services gauge
svc2ipt_services 2

# HELP svc2ipt_dialect_info The kube-proxy that the node was compared with.
# TYPE svc2ipt_dialect_info gauge
svc2ipt_dialect_info{version="1.30",mode="iptables",ip_family="ipv4"} 1
`);
    expect(readdirSync(folder)).toEqual(['svc2ipt.prom']);
  });

  it('tells when metrics cannot be written, and goes on', async () => {
    const { code, stderr } = await watch([found(), found()], { metricsFile: folder });
    expect(code).toBe(0);
    expect(stderr).toContain('is a directory [file-unwritable]\n');
  });

  it.each([
    [['--metrics-file', 'x'], '--metrics-file needs --watch'],
    [['--metrics-listen', '9464'], '--metrics-listen needs --watch'],
    [['--watch', '1s', '-o', 'markdown'], '--watch has the forms text and json, not markdown'],
    [
      ['--watch', '1s', '--live', '-'],
      '--watch reads its input again and again, but standard input only once',
    ],
    [
      ['--watch', '10ms'],
      "option '--watch <duration>' argument '10ms' is invalid. It is a time of a second or more, as 30s or 5m.",
    ],
    [
      ['--watch', 'soon'],
      "option '--watch <duration>' argument 'soon' is invalid. It is a time of a second or more, as 30s or 5m.",
    ],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await run(['diff', '-f', 'x.yaml', ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('reads anew in each round, and ends when it is told to', async () => {
    const manifest = join(folder, 'web.yaml');
    const text = (port: number): string =>
      `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: 10.96.0.20, ports: [{port: ${port}}]}\n`;
    writeFileSync(manifest, text(80));
    const dump = join(folder, 'node.save');
    await run(['compile', '-f', manifest, '-o', dump, '-q']);
    const child = spawn(process.execPath, [
      join(ROOT, 'bin/svc2ipt.js'),
      'diff',
      '-f',
      manifest,
      '--live',
      dump,
      '--watch',
      '1s',
      '-q',
      '--metrics-file',
      metrics,
    ]);
    const ended = once(child, 'exit');
    const lines: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (part: string) => lines.push(part));
    await once(child.stdout, 'data');
    writeFileSync(manifest, text(81));
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual([1, null]);
    expect(lines.join('')).toMatch(
      /^the node is programmed as the cluster says\nnew: default\/web: .*81.*\n(?:new: .*\n)*\d+ differences?\n$/,
    );
    expect(readFileSync(metrics, 'utf8')).toContain('svc2ipt_services_differing 1\n');
  });
});
