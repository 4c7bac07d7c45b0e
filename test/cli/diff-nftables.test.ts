import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { liveNode } from '../../src/cli/live-node.ts';
import { type ProgramResult } from '../../src/cli/run-program.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { run } from '../helpers/cli.ts';

const CASE = join(import.meta.dirname, '../../fixtures/oracle-nftables/14-loadbalancer');
const DUMP = readFileSync(join(CASE, 'expected/1.36.ip.nft-1.1.3'), 'utf8');
const DIFF = ['diff', '-f', join(CASE, 'manifests.yaml'), '--node-name', 'node-1', '--live', '-'];
const CONFIG = ['--config', join(CASE, 'kube-proxy.yaml')];

/** Without the second of two endpoints. */
const LACKING = DUMP.replace(/, 1 : 10\.\S+ \. \d+/, '').replace('mod 2', 'mod 1');

const CHAIN = 'service-BPKTVXJ3-default/lb/tcp/https';
const rule = (draw: string): string =>
  `add rule ip kube-proxy ${CHAIN} meta l4proto tcp dnat ip to numgen random mod ${draw}`;
const DUE = rule('2 map { 0 : 10.244.1.10 . 8443, 1 : 10.244.2.10 . 8443 }');
const FOUND = rule('1 map { 0 : 10.244.1.10 . 8443 }');

describe('svc2ipt diff with a dump of mode nftables', () => {
  it('finds nothing on a correct node, and says which kube-proxy fits', async () => {
    expect(await run([...DIFF, ...CONFIG], { stdin: DUMP })).toEqual({
      code: 0,
      stdout: '1 Service equal; kube-proxy 1.36-1.37, nftables\n',
      stderr: '',
    });
  });

  it('tells in words, then in rules', async () => {
    const { code, stdout } = await run([...DIFF, ...CONFIG], { stdin: LACKING });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `default/lb:https: endpoint 10.244.2.10:8443 is missing on the node
  - ${DUE}
  + ${FOUND}

1 Service differs, 0 equal; kube-proxy 1.36, nftables
`,
    });
  });

  it('prints a unified diff of the canonical forms', async () => {
    const { code, stdout } = await run([...DIFF, ...CONFIG, '-o', 'unified'], { stdin: LACKING });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `--- expected
+++ node
@@ -47,7 +47,7 @@
 add chain ip kube-proxy reject-chain
 add rule ip kube-proxy reject-chain reject
 add chain ip kube-proxy ${CHAIN}
-${DUE}
+${FOUND}
 add chain ip kube-proxy service-endpoints-check
 add rule ip kube-proxy service-endpoints-check ip daddr . meta l4proto . th dport vmap @no-endpoint-services
 add chain ip kube-proxy services
`,
    });
  });

  it('prints JSON', async () => {
    const { code, stdout } = await run([...DIFF, ...CONFIG, '-o', 'json'], { stdin: LACKING });
    expect({ code, report: JSON.parse(stdout) as unknown }).toEqual({
      code: 1,
      report: {
        equal: false,
        dialect: '1.36',
        dialects: ['1.36'],
        dialectRange: '1.36',
        likelyDialects: '1.36',
        likelyBecause: [],
        inferred: [],
        ipFamily: 'ipv4',
        differences: [
          {
            kind: 'missing-endpoint',
            service: 'default/lb:https/TCP',
            table: 'kube-proxy',
            chain: CHAIN,
            message: 'endpoint 10.244.2.10:8443 is missing on the node',
            expected: [DUE],
            actual: [FOUND],
          },
        ],
        notes: [],
      },
    });
  });

  it.each([
    [
      'another mode',
      ['--proxy-mode', 'iptables'],
      'kube-proxy is to run in mode iptables, but the dump is of mode nftables: give a dump of that mode, or other settings [node-other-mode]',
    ],
    [
      'another family',
      ['--ip-family', 'ipv6'],
      '- holds rules of IPv4, not IPv6: take the dump with nft list ruleset, or ask for IPv4 [usage]',
    ],
    ['a table', ['-t', 'nat'], '-t nat: mode nftables has no table to choose [usage]'],
    [
      'a golden file of another mode',
      ['--golden', join(CASE, '../../oracle/14-loadbalancer/expected/1.31-1.36.iptables.save')],
      'holds rules of mode iptables, the node those of nftables [usage]',
    ],
  ])('refuses %s', async (_what, options, message) => {
    const arguments_ = options[0] === '--golden' ? ['diff', '--live', '-'] : DIFF;
    const { code, stdout, stderr } = await run([...arguments_, ...options], { stdin: DUMP });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^svc2ipt: error: /);
    expect(stderr.endsWith(`${message}\n`)).toBe(true);
  });

  it('takes a configuration with the mode, and a dump as JSON or script', async () => {
    for (const format of ['json', 'restore']) {
      const compiled = await run([
        ...['compile', '-f', join(CASE, 'manifests.yaml'), '--node-name', 'node-1', ...CONFIG],
        ...['--kube-proxy-version', '1.33', '--format', format],
      ]);
      const { code, stdout } = await run([...DIFF, ...CONFIG], { stdin: compiled.stdout });
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: '1 Service equal; kube-proxy 1.33, nftables\n',
      });
    }
  });

  it('compares two files, and manifests under two releases', async () => {
    const golden = await run(['diff', '--golden', join(CASE, 'expected/1.36.ip.nft-1.1.3'), '--live', '-'], {
      stdin: LACKING,
    });
    expect(golden.stdout.split('\n')[0]).toBe(
      'default/lb:https: endpoint 10.244.2.10:8443 is missing on the node',
    );
    const against = await run([
      ...['diff', '-f', join(CASE, 'manifests.yaml'), '--node-name', 'node-1', ...CONFIG],
      ...['--kube-proxy-version', '1.33', '--against-version', '1.34'],
    ]);
    const masquerade = (asksFor: string): string =>
      `add rule ip kube-proxy ${CHAIN} ip daddr 10.96.0.30${asksFor} ip saddr != 10.244.0.0/16 jump mark-for-masquerade`;
    expect({ code: against.code, stdout: against.stdout }).toEqual({
      code: 1,
      stdout: `default/lb:https: the rule "${masquerade(' tcp dport 443').replace(/^.* ip daddr/, 'ip daddr')}" in ${CHAIN} was changed: it lacks "tcp dport 443"
  - ${masquerade(' tcp dport 443')}
  + ${masquerade('')}

1 Service differs, 0 equal; kube-proxy 1.34-1.35, nftables
`,
    });
  });
});

describe('svc2ipt canonical', () => {
  it('prints kube-proxy’s tables in one form', async () => {
    const once = await run(['canonical', '-'], { stdin: `table ip nat {\n}\n${LACKING}` });
    expect(once.code).toBe(0);
    expect(once.stdout.split('\n').slice(0, 5)).toEqual([
      'table ip kube-proxy {',
      '\tset cluster-ips {',
      '\t\ttype ipv4_addr',
      '\t\telements = { 10.96.0.30 }',
      '\t}',
    ]);
    expect((await run(['canonical', '-'], { stdin: once.stdout })).stdout).toBe(once.stdout);
  });
});

describe('the rules of this very node', () => {
  const NOTHING: ProgramResult = { stdout: '', stderr: '', failure: 'not-found' };
  const SAVE =
    '*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SERVICES - [0:0]\n-A PREROUTING -j KUBE-SERVICES\nCOMMIT\n';

  async function node(
    programs: Readonly<Record<string, string>>,
    asked?: string,
  ): Promise<{ readonly mode: string | undefined; readonly problems: readonly string[] }> {
    const { value, problems } = await liveNode('IPv4', asked, {
      run: (program, options = []) => {
        const stdout = programs[[program, ...options].join(' ')];
        return Promise.resolve(stdout === undefined ? NOTHING : { stdout, stderr: '' });
      },
      wait: () => Promise.resolve(),
    });
    return { mode: value?.mode, problems: problems.map(formatDiagnostic) };
  }

  const TABLES = {
    'nft list tables': 'table ip nat\ntable ip kube-proxy\n',
    'nft -j list ruleset': '{"nftables": []}',
  };

  it('are those of mode nftables where its table is', async () => {
    expect(await node(TABLES)).toEqual({ mode: 'nftables', problems: [] });
  });

  it('are those of iptables where it is not', async () => {
    expect(await node({ 'nft list tables': 'table ip nat\n', 'iptables-save': SAVE })).toEqual({
      mode: 'iptables',
      problems: [],
    });
  });

  it('name what another mode has left', async () => {
    expect(await node({ ...TABLES, 'iptables-legacy-save': SAVE })).toEqual({
      mode: 'nftables',
      problems: [
        'svc2ipt: warning: kube-proxy runs in mode nftables on this node, but iptables-legacy-save prints chains of Kubernetes, too: what kube-proxy left there in mode iptables may take traffic of Services [node-two-backends]',
      ],
    });
    expect(await node({ ...TABLES, 'iptables-save': SAVE }, 'iptables')).toEqual({
      mode: 'iptables',
      problems: [
        'svc2ipt: warning: tables kube-proxy of mode nftables are on this node, too: they are left over, or kube-proxy runs in that mode [node-two-backends]',
      ],
    });
  });

  it('cannot be read without the right or the program', async () => {
    expect(await node({}, 'nftables')).toEqual({
      mode: undefined,
      problems: [
        'svc2ipt: error: nft is not on this machine: run svc2ipt on the node, or take a dump on the node (sudo nft -j list ruleset > node.dump) and give it with --live node.dump [node-unreadable]',
      ],
    });
  });
});
