import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { type Run, run } from '../helpers/cli.ts';
import { ORACLE } from '../helpers/oracle.ts';

const CASE = join(ORACLE, '14-loadbalancer');
const SAVE = readFileSync(join(CASE, 'expected/1.31-1.36.iptables.save'), 'utf8');
const LINES = SAVE.split('\n');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function diff(text: string, ...flags: readonly string[]): Promise<Run> {
  const live = join(folder, 'live.txt');
  writeFileSync(live, text);
  return run([
    ...['diff', '-f', join(CASE, 'manifests.yaml'), '--config', join(CASE, 'kube-proxy.yaml')],
    ...['--node-name', 'node-1', '--live', live, ...flags],
  ]);
}

const grep = (pattern: RegExp): string => `${LINES.filter((line) => pattern.test(line)).join('\n')}\n`;

/** As iptables -S prints the table. */
const listed = (table: string): string =>
  (SAVE.split(`*${table}\n`)[1] ?? '')
    .split('COMMIT')[0]!
    .replace(/^:([A-Z]+) ACCEPT .*$/gm, '-P $1 ACCEPT')
    .replace(/^:(\S+) - .*$/gm, '-N $1');

const hash = /KUBE-SVC-([A-Z2-7]{16})/.exec(SAVE)?.[1] ?? '';

describe('lines of a dump that grep picked', () => {
  it.each<[string, () => string]>([
    ['iptables-save | grep KUBE', () => grep(/KUBE/)],
    ["iptables-save | grep -E 'KUBE|^\\*|COMMIT'", () => grep(/KUBE|^\*|^COMMIT/)],
    ['iptables-save | grep NAME', () => grep(/-A .*--comment "?default\//)],
    ['iptables-save | grep CHAIN', () => grep(new RegExp(`KUBE-SVC-${hash}`))],
    ["iptables-save | grep -- '-A KUBE'", () => grep(/^-A KUBE/)],
    ['iptables -t nat -S | grep CHAIN', () => listed('nat').replace(/^(?!.*KUBE-SVC-).*\n/gm, '')],
    ['iptables -t nat -S | grep KUBE', () => listed('nat').replace(/^(?!.*KUBE).*\n/gm, '')],
    ['some of -S, chain by chain', () => listed('nat').replace(/^(?!.*KUBE-(SVC|SEP)-).*\n/gm, '')],
  ])('are compared as far as they go: %s', async (_command, text) => {
    const { code, stdout, stderr } = await diff(text());
    expect(stdout).toMatch(/^\d+ Services? equal;/);
    expect(code).toBe(0);
    expect(stderr === '' || stderr.includes('Only part of a table')).toBe(true);
  });

  it('tell what they hold wrongly', async () => {
    const text = grep(/-A .*--comment "?default\//).replace(
      /(-A KUBE-SVC-\S+ .*-j )KUBE-SEP-\w+/,
      '$1KUBE-SEP-AAAAAAAAAAAAAAAA',
    );
    const { code, stdout } = await diff(text);
    expect(code).toBe(1);
    expect(stdout).toContain('KUBE-SEP-AAAAAAAAAAAAAAAA');
    const unified = await diff(text, '-o', 'unified');
    expect(
      unified.stdout.split('\n').filter((line) => /^[-+][-:]/.test(line) && !line.startsWith('---')),
    ).toEqual([expect.stringMatching(/^\+-A KUBE-SVC-.* -j KUBE-SEP-AAAAAAAAAAAAAAAA$/)]);
  });

  it('say that they are taken for a part', async () => {
    const { stderr } = await diff(grep(new RegExp(`KUBE-SVC-${hash}`)));
    expect(stderr).toContain(
      'live.txt:1:1: warning: Only part of a table, without its built-in chains: taken as part of nat. Rules that it leaves out are not missed. [dump-incomplete]\n',
    );
  });

  it('show nothing missing as a diff, either', async () => {
    expect(await diff(grep(/KUBE-SEP/), '-o', 'unified')).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('rules that no line declares a chain for', () => {
  const tablesOf = (text: string): readonly string[] =>
    readDump({ name: 'd', text }).value?.tables.map(
      ({ name, chains }) =>
        `${name}: ${chains.map((chain) => `${chain.name} ${chain.rules.length}`).join(', ')}`,
    ) ?? [];

  it('go to the table where they can stand', () => {
    const text = [
      '-A FORWARD -j KUBE-FORWARD',
      '-A KUBE-NODEPORTS -p tcp -m tcp --dport 30000 -j ACCEPT',
      '-A KUBE-SERVICES -d 10.96.0.9/32 -p tcp -m tcp --dport 80 -j REJECT',
      '-A PREROUTING -j KUBE-SERVICES',
      '-A OUTPUT -j KUBE-SERVICES',
      '-A KUBE-SERVICES -d 10.96.0.8/32 -p tcp -m tcp --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA',
    ];
    expect(tablesOf(`${text.join('\n')}\n`)).toEqual([
      'filter: FORWARD 1, KUBE-NODEPORTS 1, KUBE-SERVICES 1',
      'nat: PREROUTING 1, OUTPUT 1, KUBE-SERVICES 1',
    ]);
  });

  it('shown twice by excerpts that overlap count once', () => {
    const rule = '-A KUBE-SERVICES -d 10.96.0.8/32 -j KUBE-SVC-AAAAAAAAAAAAAAAA\n';
    const chains = [':KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]\n', ':KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]\n'];
    expect(tablesOf(chains.map((chain) => chain + rule).join(''))).toEqual([
      'nat: KUBE-SVC-AAAAAAAAAAAAAAAA 0, KUBE-SERVICES 1, KUBE-SEP-AAAAAAAAAAAAAAAA 0',
    ]);
  });

  it('are an error in a table that has all its built-in chains', () => {
    const text = '-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-A X -j DROP\n';
    expect(readDump({ name: 'd', text }).problems.map(({ message }) => message)).toEqual([
      'Chain X is not declared in this table.',
    ]);
  });
});
