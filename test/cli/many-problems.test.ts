/** Inputs with 200,000 things to tell: nothing crashes, text is capped, JSON has all. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appendAll } from '../../src/text/append-all.ts';
import { run } from '../helpers/cli.ts';

const SERVICES = 2000;
const FIELDS = 100;

/** So long that no known field is near, for looking for one takes time. */
const UNKNOWN = 'unknown'.repeat(9);

/** Services with 100 unknown fields each. */
const careless = (services: number): string => {
  const fields = Array.from({ length: FIELDS }, (_, index) => [`${UNKNOWN}${index}`, 1] as const);
  const items = Array.from({ length: services }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `s${index}` },
    spec: { type: 'ExternalName', externalName: 'example.com', ...Object.fromEntries(fields) },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
};

describe('200,000 warnings', () => {
  const input = { stdin: careless(SERVICES) };

  it('are capped as text, with a line that counts the rest', async () => {
    const { code, stderr } = await run(['compile', '-f', '-', '-t', 'mangle'], input);
    const lines = stderr.trimEnd().split('\n');
    expect([code, lines.length]).toEqual([0, 1001]);
    expect(lines[0]).toMatch(
      /^<stdin>:1:\d+: warning: Service default\/s0: spec\.(unknown)+0: .* \[unknown-field\]$/,
    );
    expect(lines.at(-1)).toBe(
      'svc2ipt: warning: 199000 more warnings: --diagnostics json tells all [more-problems]',
    );
  });

  it('are all there as JSON lines', async () => {
    const { code, stderr } = await run(
      ['compile', '-f', '-', '-t', 'mangle', '--diagnostics', 'json'],
      input,
    );
    const lines = stderr.trimEnd().split('\n');
    expect([code, lines.length]).toEqual([0, SERVICES * FIELDS]);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      code: 'unknown-field',
      severity: 'warning',
      file: '<stdin>',
      line: 1,
      column: expect.any(Number) as number,
      kind: 'Service',
      namespace: 'default',
      name: `s${SERVICES - 1}`,
      path: `spec.${UNKNOWN}${FIELDS - 1}`,
      message: `unknown field "${UNKNOWN}${FIELDS - 1}"`,
    });
  });

  it('fit into 256 MiB of memory', () => {
    const program = join(import.meta.dirname, '../../bin/svc2ipt.js');
    const argv = ['--max-old-space-size=256', program, 'compile', '-f', '-', '-t', 'mangle'];
    const { status, stderr } = spawnSync(process.execPath, argv, { input: input.stdin, encoding: 'utf8' });
    expect([status, stderr.trimEnd().split('\n').length]).toEqual([0, 1001]);
  });

  it('do not hide an error behind them', async () => {
    const stdin = careless(11).replace(
      /\]\}$/,
      ',{"apiVersion":"v1","kind":"Service","metadata":{"name":"S"}}]}',
    );
    const { code, stderr } = await run(['compile', '-f', '-'], { stdin });
    expect(code).toBe(2);
    expect(stderr).toMatch(/: error: Service default\/S: metadata\.name: .* \[api-invalid\]\n/);
  });
});

describe('a list of half a million items', () => {
  it('is appended', () => {
    const list = [1];
    appendAll(list, new Array<number>(500_000).fill(2));
    expect(list.length).toBe(500_001);
  });
});
