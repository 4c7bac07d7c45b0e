import { describe, expect, it } from 'vitest';
import { CODES } from '../../src/diagnostics/codes.ts';
import { run } from '../helpers/cli.ts';

const ROWS = Object.entries(CODES).map(([code, text]) => ({ code, ...text }));

describe('svc2ipt explain', () => {
  it('tells what a code means, an example and the remedy', async () => {
    expect(await run(['explain', 'named-target-port-missing'])).toEqual({
      code: 0,
      stdout: `\
named-target-port-missing (error)
  The port has no endpoints, as no container has a port of that name.

Example
  \`targetPort: https\`, and the container has \`name: http\` only

Remedy
  Take the name or number of a port of the container, with the same protocol.
`,
      stderr: '',
    });
  });

  it('gives the same as JSON', async () => {
    const { stdout } = await run(['explain', 'usage', '-o', 'json']);
    expect(JSON.parse(stdout)).toEqual({
      code: 'usage',
      severity: 'error',
      meaning: 'The command line is not as the command wants it.',
      example: '`svc2ipt compile --no-such-option`',
      remedy: 'Read the help of the command: `svc2ipt COMMAND --help`.',
    });
  });

  it('lists all codes in one table', async () => {
    const { code, stdout, stderr } = await run(['explain']);
    const width = Math.max(...ROWS.map((row) => row.code.length));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual(
      ROWS.map((row) => `${row.code.padEnd(width)}  ${row.severity.padEnd(7)}  ${row.meaning}`),
    );
  });

  it('lists all codes as JSON', async () => {
    const { stdout } = await run(['explain', '-o', 'json']);
    expect(JSON.parse(stdout)).toEqual(ROWS);
  });

  it.each([
    ['unknown-feild', 'there is no code "unknown-feild", did you mean "unknown-field"?'],
    ['toString', 'there is no code "toString"'],
  ])('refuses %s', async (word, message) => {
    expect(await run(['explain', word])).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: ${message} (svc2ipt explain lists all) [usage]\n`,
    });
  });

  it('has help with examples', async () => {
    const { code, stdout } = await run(['explain', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('  svc2ipt explain unknown-field\n');
  });
});

describe('a wrong command line', () => {
  const usage = (message: string): unknown => ({
    code: 'usage',
    severity: 'error',
    file: null,
    line: null,
    column: null,
    kind: '',
    namespace: '',
    name: '',
    path: '',
    message,
  });

  it.each([
    [['compile', '--no-such', '--diagnostics', 'json'], "unknown option '--no-such'"],
    [['compile', '--diagnostics=json', '--no-such'], "unknown option '--no-such'"],
    [
      ['diff', '--ip-family', 'ipv5', '--diagnostics', 'json'],
      "option '--ip-family <family>' argument 'ipv5' is invalid. It is ipv4 or ipv6.",
    ],
    [
      ['explain', 'nothing-at-all', '--diagnostics', 'json'],
      'there is no code "nothing-at-all" (svc2ipt explain lists all)',
    ],
  ])('is told as JSON when asked for: %j', async (argv, message) => {
    const { code, stdout, stderr } = await run(argv);
    expect([code, stdout, stderr.split('\n').length]).toEqual([2, '', 2]);
    expect(JSON.parse(stderr)).toEqual(usage(message));
  });

  it('is told as text otherwise, with where help is', async () => {
    expect((await run(['compile', '--no-such'])).stderr).toBe(
      "svc2ipt: error: unknown option '--no-such' [usage]\n(--help tells more)\n",
    );
  });
});
