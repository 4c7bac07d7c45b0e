/** Inputs with 200,000 things to tell: nothing crashes, text is capped, JSON has all. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
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

describe('200,000 differences', () => {
  const place = mkdtempSync(join(tmpdir(), 'svc2ipt-'));
  afterAll(() => {
    rmSync(place, { recursive: true });
  });

  /** What iptables-save prints of a node with one rule for each of 200,000 Services that are gone. */
  function dumpOf(saved: string): string {
    const stale = Array.from({ length: 200_000 }, (_, index) => {
      const address = `10.${100 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
      const comment = `"old/s${index} has no endpoints"`;
      return `-A KUBE-SERVICES -d ${address}/32 -p tcp -m comment --comment ${comment} -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable\n`;
    });
    const filter = saved.indexOf('*filter');
    const rules = saved.indexOf('-A KUBE-', filter);
    return saved.slice(0, rules) + stale.join('') + saved.slice(rules);
  }

  it('fit into 640 MiB of memory, with the dump', async () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { clusterIP: '10.96.0.10', ports: [{ port: 80 }] },
    };
    const stdin = JSON.stringify(manifest);
    const { stdout: saved } = await run(['compile', '-f', '-'], { stdin });
    const dump = join(place, 'node.save');
    writeFileSync(dump, dumpOf(saved));
    const program = join(import.meta.dirname, '../../bin/svc2ipt.js');
    const diff = ['diff', '-f', '-', '--live', dump, '--kube-proxy-version', '1.36'];
    const argv = ['--max-old-space-size=640', program, ...diff];
    const { status, stdout } = spawnSync(process.execPath, argv, { input: stdin, encoding: 'utf8' });
    expect([status, stdout]).toEqual([
      1,
      '200000 Services are stale: old/s0, old/s1, old/s10, old/s100, old/s1000 and 199995 more (-v names them all)\n\n' +
        '200000 Services differ, 1 equal; kube-proxy 1.36\n',
    ]);
  }, 300_000);
});

describe('a list of half a million items', () => {
  it('is appended', () => {
    const list = [1];
    appendAll(list, new Array<number>(500_000).fill(2));
    expect(list.length).toBe(500_001);
  });
});
