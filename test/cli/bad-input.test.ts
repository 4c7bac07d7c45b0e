import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const BAD = join(ROOT, 'fixtures/bad');
const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: 10.96.0.7, ports: [{port: 80}]}\n';

const filesIn = (topic: string): readonly string[] =>
  readdirSync(join(BAD, topic)).filter((name) => !name.startsWith('expected.'));

const linesFrom = (topic: string): Readonly<Record<string, readonly string[]>> =>
  JSON.parse(readFileSync(join(BAD, topic, 'expected.json'), 'utf8')) as Record<string, string[]>;

const objectLines = readFileSync(join(BAD, 'objects/expected.txt'), 'utf8').trimEnd().split('\n');

/** Every bad input with the lines it must give; those that only warn are no bad input. */
const INPUTS = [
  ...filesIn('syntax').map((file) => ({ topic: 'syntax', file, lines: linesFrom('syntax')[file] ?? [] })),
  ...filesIn('config').map((file) => ({ topic: 'config', file, lines: linesFrom('config')[file] ?? [] })),
  ...filesIn('objects').map((file) => ({
    topic: 'objects',
    file,
    lines: objectLines.filter((line) => line.startsWith(`${file}:`)),
  })),
].filter(({ lines }) => lines.some((line) => line.includes(': error: ')));

/** The command line adds what to do with a chart once it is rendered. */
const withCommand = (line: string): string =>
  line.replace('helm template CHART [', 'helm template CHART | svc2ipt compile -f - [');

const argumentsFor = (topic: string, path: string): readonly string[] =>
  topic === 'config' ? ['compile', '-f', '-', '--config', path] : ['compile', '-f', path];

afterAll(() => {
  process.stdout.write(`bad input: ${INPUTS.length} inputs with pinned messages\n`);
});

describe('bad input gives exit code 2, its messages and nothing on standard output', () => {
  it.each(INPUTS)('$topic/$file', async ({ topic, file, lines }) => {
    const folder = join(BAD, topic);
    const { code, stdout, stderr } = await run(argumentsFor(topic, join(folder, file)), { stdin: SERVICE });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const said = stderr.replaceAll(`${folder}/`, '').trimEnd().split('\n');
    // One printed line may stand for several equal ones.
    // What lies outside the default ranges is only warned of, by the command line alone.
    expect(said.filter((line) => !line.includes('--service-cidr'))).toEqual([
      ...new Set(lines.map(withCommand)),
    ]);
  });

  it('in a process of its own, too', () => {
    const tab = join(BAD, 'syntax/tab-indentation.yaml');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'bin/svc2ipt.js'), 'compile', '-f', tab],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(
      `${(linesFrom('syntax')['tab-indentation.yaml'] ?? []).join('\n').replaceAll('tab-indentation.yaml:', `${tab}:`)}\n`,
    );
  });
});
