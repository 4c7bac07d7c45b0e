/** Dumps of mode userspace, compared: no false alarm on what any release prints, and each change of a rule is found. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../../../src/cluster/options.ts';
import { diff, type Diff } from '../../../src/diff.ts';
import { rankOf, type Version, VERSIONS } from '../../../src/dialect/version.ts';
import { USERSPACE } from '../../../src/modes/userspace/mode.ts';
import { run } from '../../helpers/cli.ts';

const FOLDER = join(import.meta.dirname, '../../../fixtures/userspace');
const CLUSTER = join(FOLDER, 'cluster.yaml');
const sources = [{ name: 'cluster.yaml', text: readFileSync(CLUSTER, 'utf8') }];
const savedBy = (first: string): string => readFileSync(join(FOLDER, `since-${first}.save`), 'utf8');

/** Compares a dump with the manifests. */
function compare(text: string, version: Version | 'auto' = 'auto'): Diff<'userspace'> {
  const { value: dump, problems } = USERSPACE.read({ name: 'node.save', text }, 'IPv4');
  if (dump === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  const cluster = DEFAULT_CLUSTER_OPTIONS;
  const request = {
    mode: 'userspace',
    sources,
    cluster,
    version,
    dump,
    compare: {},
    flags: {},
    strict: true,
  };
  const outcome = diff({ ...request, mode: 'userspace' });
  if (outcome.value === undefined) throw new Error(outcome.problems.map(formatDiagnostic).join('\n'));
  return outcome.value;
}

/** What is told, a line for each difference. */
const told = (text: string): readonly string[] =>
  compare(text).comparison.differences.map(({ service, message }) => `${service ?? 'node'}: ${message}`);

const ERAS: readonly (readonly [first: Version, last: Version, fits: string])[] = [
  // Nothing tells a dump of 1.1, which has no table filter, from that of table nat alone.
  ['1.1', '1.1', '1.1-1.18'],
  ['1.2', '1.10', '1.2-1.10'],
  ['1.11', '1.18', '1.11-1.18'],
  ['1.19', '1.25', '1.19-1.25'],
];
const releases = ERAS.flatMap(([first, last]) =>
  VERSIONS.slice(rankOf(first), rankOf(last) + 1).map((version) => ({ first, version })),
);

describe('a node as kube-proxy left it', () => {
  it.each(ERAS)('of %s to %s', (first, _last, fits) => {
    const { comparison, versions } = compare(savedBy(first));
    expect(comparison.differences).toEqual([]);
    expect(`${versions[0] ?? ''}-${versions.at(-1) ?? ''}`).toBe(fits);
  });

  it.each(releases)('compared with $version', ({ first, version }) => {
    expect(compare(savedBy(first), version).comparison.differences).toEqual([]);
  });

  it('has other random ports, and its rules in another order', () => {
    const text = savedBy('1.19').replaceAll('35001', '50001').replaceAll('35002', '50002');
    const lines = text.split('\n');
    const shuffled = [...lines].sort((a, b) =>
      a.startsWith('-A KUBE-P') && b.startsWith('-A KUBE-P') ? (a < b ? 1 : -1) : 0,
    );
    expect(told(shuffled.join('\n'))).toEqual([]);
  });
});

describe('what is told in words', () => {
  const saved = savedBy('1.19');
  const without = (words: RegExp): string =>
    saved
      .split('\n')
      .filter((line) => !words.test(line))
      .join('\n');

  it.each<[string, string, readonly string[]]>([
    ['a Service is missing', without(/"default\/plain"/), ['default/plain/TCP: the Service is missing on the node']],
    [
      'a Service is gone',
      saved.replaceAll('"default/plain"', '"default/old"'),
      [
        'default/plain/TCP: the Service is missing on the node',
        'default/old/TCP: the rules of a Service that is gone are still there',
      ],
    ],
    [
      'pods do not reach a cluster IP',
      without(/^-A KUBE-PORTALS-CONTAINER -d 10\.96\.0\.21/),
      ['default/plain/TCP: packets from pods to 10.96.0.21:80 do not reach the proxy'],
    ],
    [
      'external IPs',
      without(/198\.51\.100\.7.*tcp/),
      [
        'shop/web:http/TCP: packets from pods to 198.51.100.7:80, but for those of a bridge, do not reach the proxy',
        'shop/web:http/TCP: packets from pods to 198.51.100.7:80, where that is an address of the node, do not reach the proxy',
        'shop/web:http/TCP: packets from the node to 198.51.100.7:80, where that is an address of the node, do not reach the proxy',
      ],
    ],
    [
      'the two chains of a node port differ',
      saved.replace('30080 -j REDIRECT --to-ports 35002', '30080 -j REDIRECT --to-ports 35009'),
      ['shop/web:http/TCP: packets from elsewhere to node port 30080 go to port 35009 of the proxy, not port 35002 of the proxy'],
    ],
    [
      'another address of the node',
      saved.replace('30080 -j DNAT --to-destination 192.168.0.2:', '30080 -j DNAT --to-destination 192.168.0.3:'),
      ['shop/web:http/TCP: packets from the node to node port 30080 go to port 35002 at 192.168.0.3, not port 35002 at 192.168.0.2'],
    ],
    [
      'a target that leads nowhere',
      saved.replace('30080 -j REDIRECT --to-ports 35002', '30080 -j RETURN'),
      ['shop/web:http/TCP: packets from elsewhere to node port 30080 go to target return, not port 35002 of the proxy'],
    ],
    [
      'table filter lets another port through',
      saved.replace('--dport 35002 -m state', '--dport 35012 -m state'),
      ['shop/web:http/TCP: packets to its node port, through table filter, go to port 35012, not port 35002'],
    ],
    [
      'one port of the proxy for two Services',
      saved.replaceAll('35001', '35002'),
      ['default/plain/TCP: port 35002 of the proxy is also that of shop/web:http/TCP'],
    ],
    [
      'a rule twice, and one that names no Service',
      saved
        .replace(/^(-A KUBE-NODEPORT-HOST .*30080.*)$/m, '$1\n$1')
        .replace(/^(-A KUBE-PORTALS-HOST .*"default\/plain".*)$/m, '$1\n-A KUBE-PORTALS-HOST -d 192.0.2.1/32 -j DROP'),
      [
        'node: a rule takes packets from the node to 192.0.2.1:any port, which is not expected',
        'shop/web:http/TCP: the rule for packets from the node to node port 30080 stands more than once',
      ],
    ],
    [
      'jumps and chains',
      without(/^-A INPUT|^-A OUTPUT .*PORTALS|NODEPORT-CONTAINER -p|NODEPORT-CONTAINER -$/),
      [
        'node: the jump from INPUT to KUBE-NODEPORT-NON-LOCAL is missing',
        'node: the jump from OUTPUT to KUBE-PORTALS-HOST is missing',
        'shop/web:dns/UDP: packets from elsewhere to node port 30053 do not reach the proxy',
        'shop/web:http/TCP: packets from elsewhere to node port 30080 do not reach the proxy',
      ],
    ],
    [
      'a chain',
      without(/NODEPORT-HOST/),
      [
        'node: the jump from OUTPUT to KUBE-NODEPORT-HOST is missing',
        'node: chain KUBE-NODEPORT-HOST is missing',
        'shop/web:dns/UDP: packets from the node to node port 30053 do not reach the proxy',
        'shop/web:http/TCP: packets from the node to node port 30080 do not reach the proxy',
      ],
    ],
    [
      'the order of jumps',
      saved.replace(/^(-A PREROUTING .*)\n(-A PREROUTING .*)$/m, '$2\n$1'),
      ['node: node ports come before the addresses of Services in PREROUTING'],
    ],
  ])('%s', (_what, text, lines) => {
    expect(told(text)).toEqual(lines);
  }); // prettier-ignore
});

describe('what little a dump tells', () => {
  const saved = savedBy('1.19');
  const nat = saved.slice(saved.indexOf('*nat'));
  const without = (words: RegExp, text = saved): string =>
    text
      .split('\n')
      .filter((line) => !words.test(line))
      .join('\n');

  it.each([
    ['no table filter', nat, '1.19-1.25'],
    ['a table filter without the chain', without(/NON-LOCAL/, savedBy('1.2')), '1.1-1.1'],
    ['a chain without node ports', without(/^-A KUBE-NODEPORT-NON-LOCAL|default\/plain/), '1.2-1.25'],
    ['no Service at all', without(/^-A KUBE-/, nat), ''],
  ])('of releases: %s', (_what, text, fits) => {
    const dump = USERSPACE.read({ name: 'node.save', text }, 'IPv4').value;
    if (dump === undefined) throw new Error('the dump cannot be read');
    const { versions, likely, whyUnlikely } = USERSPACE.recognise(dump);
    const [first] = versions;
    expect(first === undefined ? '' : `${first}-${versions.at(-1) ?? ''}`).toBe(fits);
    expect(likely(versions)).toEqual(versions);
    expect(whyUnlikely(versions)).toEqual([]);
    expect(USERSPACE.toolOf(dump)).toBe('');
  });

  it('of a table that was not asked for, or not printed', () => {
    const { expected, actual } = compare(without(/^-A KUBE-NODEPORT-NON-LOCAL/));
    const filter = USERSPACE.compare(expected, actual, { parts: ['filter'] });
    expect(filter.differences.map(({ kind }) => kind)).toEqual(['missing-service', 'missing-service']);
    expect(USERSPACE.compare(expected, actual, { parts: ['nat'] }).differences).toEqual([]);
    expect(compare(nat).comparison.notes).toEqual([
      { kind: 'dump', message: 'table filter is not in the dump: it was not compared' },
    ]);
    const request = { parts: ['filter'], isWanted: () => true };
    expect(USERSPACE.unified(expected, actual, filter, request)).toContain('--dport 35002');
  });

  it('of rules that somebody picked: those that are missing are not told', () => {
    const picked = nat.split('\n').filter((line) => /^-A KUBE-PORTALS-\w+ .*"default\/plain"/.test(line));
    expect(told(`${picked.join('\n')}\n`).filter((line) => line.startsWith('shop/'))).toEqual([]);
  });

  it('of rules that lead nowhere, to any address, and in IPv6', () => {
    const odd = saved
      .replace('30080 -j REDIRECT --to-ports 35002', '30080')
      .replace(/^(-A KUBE-PORTALS-HOST .*"default\/plain".*)$/m, '$1\n-A KUBE-PORTALS-HOST -p tcp -m comment --comment "default/plain"');
    expect(told(odd)).toEqual([
      'shop/web:http/TCP: packets from elsewhere to node port 30080 go to nothing, not port 35002 of the proxy',
      'default/plain/TCP: a rule takes packets from the node to any address:any port, which is not expected',
    ]);
    const dump = USERSPACE.read({ name: 'node.save', text: '*nat\n:KUBE-PORTALS-HOST - [0:0]\n-A KUBE-PORTALS-HOST -d fd00::1/128 -p tcp -m comment --comment "default/six" -m tcp --dport 80 -j DNAT --to-destination [fd00::2]:35001\nCOMMIT\n' }, 'IPv6').value;
    if (dump === undefined) throw new Error('the dump cannot be read');
    const { tables } = dump;
    const other = USERSPACE.compare({ family: 'IPv6', tables: tables.map((table) => ({ ...table, chains: table.chains.map((chain) => ({ ...chain, rules: chain.rules.flatMap((rule) => [rule, { ...rule, destination: { value: 'fd00::9/128' } }]) })) })) }, dump, {});
    expect(other.differences.map(({ message }) => message)).toEqual(['packets from the node to [fd00::9]:80 do not reach the proxy']);
  }); // prettier-ignore
});

/** A dump with one change. */
interface Mutant {
  readonly what: string;
  readonly text: string;
  /** The Service that must be named; undefined for the node's own rules. */
  readonly service: string | undefined;
}

const OPERATORS: Readonly<Record<string, (line: string) => string>> = {
  'missing rule': () => '',
  'another proxy port': (line) => line.replace(/3500\d/, '45009'),
  'another target': (line) => line.replace(/-j .*/, '-j DROP'),
  'another address': (line) => line.replace(/-d 10\.96|-d 203\.0|-d 198\.51/, '-d 192.88'),
  'another port of the Service': (line) => line.replace(/--dport (?!35)\d+/, '--dport 9'),
  'a rule twice': (line) => `${line}\n${line}`,
};

const mutantsOf = (text: string): readonly Mutant[] =>
  text.split('\n').flatMap((line, at, lines) => {
    if (!/^-A .*(?:KUBE-|-j KUBE-)/.test(line)) return [];
    const [, name, protocol] = [
      undefined,
      /"(\w+\/\w+(?::\w*)?)"/.exec(line)?.[1],
      / -p (\w+)/.exec(line)?.[1],
    ];
    const service =
      name === undefined ? undefined : `${name.replace(/:$/, '')}/${(protocol ?? '').toUpperCase()}`;
    return Object.entries(OPERATORS).flatMap(([what, change]) => {
      const changed = change(line);
      const isJump = service === undefined;
      if (changed === line || (isJump && what === 'a rule twice')) return [];
      return [{ what, text: lines.with(at, changed).join('\n'), service }];
    });
  });

describe('each change of a rule is found, and told with its Service', () => {
  const score = new Map<string, { tried: number; named: number }>();
  afterAll(() => {
    const lines = [...score].map(([what, { tried, named }]) => `  ${what}: named ${named} of ${tried}\n`);
    process.stdout.write(`mutants of mode userspace:\n${lines.join('')}`);
  });

  it.each(ERAS)('in the rules of %s', (first) => {
    const missed: string[] = [];
    const { expected } = compare(savedBy(first), first);
    for (const { what, text, service } of mutantsOf(savedBy(first))) {
      const counted = score.get(what) ?? { tried: 0, named: 0 };
      score.set(what, counted);
      const dump = USERSPACE.read({ name: 'node.save', text }, 'IPv4').value;
      const differences = dump === undefined ? [] : USERSPACE.compare(expected, dump, {}).differences;
      const isNamed = differences.some((difference) => difference.service === service);
      counted.tried += 1;
      counted.named += isNamed ? 1 : 0;
      if (!isNamed) missed.push(`${what}: ${service ?? 'node'}`);
    }
    expect(missed).toEqual([]);
  });
});

describe('svc2ipt diff', () => {
  const saved = join(FOLDER, 'since-1.19.save');

  it('tells the mode, the address of the node and addresses of Services from the dump', async () => {
    const stdin = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  externalIPs: [198.51.100.7]
  ports: [{name: http, port: 80}, {name: dns, port: 53, protocol: UDP}]
---
apiVersion: v1
kind: Service
metadata: {name: plain}
spec: {ports: [{port: 80}]}
`;
    expect(await run(['diff', '-f', '-', '--live', saved, '-v'], { stdin })).toEqual({
      code: 0,
      stdout: '2 Services equal; kube-proxy 1.19-1.25\n',
      stderr: 'the dump fits kube-proxy 1.19-1.25\n',
    });
  });

  it('compares with the address on which the proxy listens', async () => {
    const settings = ['--proxy-mode', 'userspace', '--kube-proxy-version', '1.25', '--bind-address', '192.168.0.9'];
    const { stdout } = await run(['compile', '-f', CLUSTER, ...settings]);
    expect(stdout).toContain('-j DNAT --to-destination 192.168.0.9:');
    const { code, stdout: equal } = await run(['diff', '-f', CLUSTER, '--live', '-'], { stdin: stdout });
    expect({ code, equal }).toEqual({ code: 0, equal: '2 Services equal; kube-proxy 1.19-1.25\n' });
  }); // prettier-ignore

  it('prints a unified diff of the wanted rules, and compares two dumps', async () => {
    const changed = savedBy('1.19').replace(/^-A KUBE-PORTALS-HOST .*"default\/plain".*\n/m, '');
    const options = ['--live', '-', '-o', 'unified'];
    const one = await run(['diff', '-f', CLUSTER, ...options, '--only', 'default/plain'], { stdin: changed });
    expect(one.stdout).toBe(`\
--- expected
+++ node
@@ -1,4 +1,3 @@
 *filter
 *nat
 -A KUBE-PORTALS-CONTAINER -d 10.96.0.21/32 -p tcp -m comment --comment "default/plain" -m tcp --dport 80 -j REDIRECT --to-ports 35001
--A KUBE-PORTALS-HOST -d 10.96.0.21/32 -p tcp -m comment --comment "default/plain" -m tcp --dport 80 -j DNAT --to-destination 192.168.0.2:35001
`);
    const two = await run(['diff', '--golden', saved, '--live', '-'], { stdin: changed });
    expect(two.stdout).toContain('default/plain: packets from the node to 10.96.0.21:80 do not reach the proxy');
  }); // prettier-ignore

  it.each([
    ['Chain KUBE-PORTALS-CONTAINER (1 references)\ntarget     prot opt source               destination         \n', 'what iptables -L prints does not tell where rules of mode userspace lead: give what iptables-save prints [node-unreadable]'],
  ])('refuses %j', async (text, message) => {
    const stdin = `${text}REDIRECT   tcp  --  0.0.0.0/0            10.96.0.21           /* default/plain */ tcp dpt:80 redir ports 35001\n`;
    const { code, stdout, stderr } = await run(['diff', '-f', CLUSTER, '--live', '-'], { stdin });
    const errors = stderr.split('\n').filter((line) => line.includes('error: '));
    expect({ code, stdout, errors }).toEqual({ code: 2, stdout: '', errors: [`svc2ipt: error: ${message}`] });
  }); // prettier-ignore
});
