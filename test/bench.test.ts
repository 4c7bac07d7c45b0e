/** The command line of the benchmark, which tells mistakes before it builds or measures anything. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const bench = (...words: readonly string[]): { status: number | null; stdout: string; stderr: string } => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../bench/bench.js'), ...words],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
};

it('tells how it is used', () => {
  const { status, stdout, stderr } = bench('--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n')[0]).toBe('Usage: npm run bench -- [options]');
});

it.each([
  [['--nosuch'], "Unknown option '--nosuch'"],
  [['--rounds', '0'], '--rounds 0: expected a number from 1 to 9999'],
  [['--only', 'foo'], '--only foo: the groups are start, compile, commands, dumps'],
  [
    ['--only', 'compile/0x1'],
    '--only compile/0x1: expected SERVICESxENDPOINTS[-clusterip|-mixed], as 1000x10',
  ],
  [
    ['--only', 'start', '--measure', 'JSON'],
    '--measure JSON: there are only node -e 0, --version, --help, compile one Service',
  ],
  [['--against', 'no-such-revision'], '--against no-such-revision: git knows no such revision'],
  [['--json', '/dev/null/figures.json'], '--json /dev/null/figures.json: cannot be written (ENOTDIR)'],
])('refuses %j', (words, message) => {
  expect(bench(...words)).toEqual({
    status: 2,
    stdout: '',
    stderr: `bench: ${message} (npm run bench -- --help tells more)\n`,
  });
});
