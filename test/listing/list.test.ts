import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compile, isOfMode } from '../../src/compile.ts';
import { listCompilation, listRules } from '../../src/listing/list-ports.ts';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { run } from '../helpers/cli.ts';
import { sampled } from '../helpers/diff-oracle.ts';
import { type Capture, captures, ORACLE, oracleRequest } from '../helpers/oracle.ts';

const STICKY = join(ORACLE, '30-session-affinity-loadbalancer-local');
const DUMP = join(STICKY, 'expected/1.31-1.36.iptables.save');
const list = (...argv: readonly string[]): ReturnType<typeof run> => run(['list', ...argv]);

const TABLE = `\
SERVICE           TYPE          PROTOCOL  ADDRESSES                                  CHAIN                      ENDPOINTS
default/sticky:u  LoadBalancer  UDP       10.96.0.46:5060,198.51.100.23:5060,:30506  KUBE-SVC-RLS7HUUB5LTTU4C3  10.244.1.10:5060 1/3, 10.244.1.11:5060 1/3, 10.244.2.10:5060 1/3
default/sticky:u  LoadBalancer  UDP       10.96.0.46:5060,198.51.100.23:5060,:30506  KUBE-SVL-RLS7HUUB5LTTU4C3  10.244.1.10:5060 1/2, 10.244.1.11:5060 1/2
default/sticky:u  LoadBalancer  UDP       10.96.0.46:5060,198.51.100.23:5060,:30506  KUBE-EXT-RLS7HUUB5LTTU4C3  -
`;

describe('rules that look up a set of ipset', () => {
  const rules = readFileSync(DUMP, 'utf8').replace(
    /^-A KUBE-SVC-RLS7HUUB5LTTU4C3 /m,
    '-A KUBE-SVC-RLS7HUUB5LTTU4C3 -m set --match-set away src -j RETURN\n$&',
  );

  it.each([
    ['no listing', undefined, '?'],
    ['a listing of an empty set', 'create away hash:net family inet\n', '1/3'],
    [
      'a listing of a set of everything',
      'create away hash:net family inet\nadd away 0.0.0.0/1\nadd away 128.0.0.0/1\n',
      '0',
    ],
  ])('share connections out by %s', async (_, sets, share) => {
    const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-list-'));
    try {
      writeFileSync(join(folder, 'sets'), sets ?? '');
      const live = ['--live', '-', ...(sets === undefined ? [] : ['--live', join(folder, 'sets')])];
      const { stdout, stderr } = await run(['list', ...live], { stdin: rules });
      expect(stderr).toBe('');
      const line = stdout.split('\n').find((text) => text.includes(' KUBE-SVC-RLS7HUUB5LTTU4C3 '));
      const endpoints = ['10.244.1.10:5060', '10.244.1.11:5060', '10.244.2.10:5060'];
      expect(line?.split(/ {2,}/).at(-1)).toBe(
        endpoints.map((endpoint) => `${endpoint} ${share}`).join(', '),
      );
      const picture = await run(['graph', ...live, 'default/sticky:u'], { stdin: rules });
      expect(picture.code).toBe(0);
      expect(picture.stdout.includes('1/3')).toBe(share === '1/3');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('rules that name little', () => {
  const torn = readFileSync(join(import.meta.dirname, '../../fixtures/graph/torn.save'), 'utf8');
  const told = async (...argv: readonly string[]): Promise<string> =>
    (await run(['list', '--live', '-', ...argv], { stdin: torn })).stdout;

  it('are listed as far as they tell', async () => {
    expect(await told()).toBe(`\
SERVICE       TYPE          PROTOCOL  ADDRESSES            CHAIN                      ENDPOINTS
shop/dns:udp  ClusterIP     UDP       10.96.0.5:53         -                          -
shop/idle     ClusterIP     TCP       10.96.0.7:80         -                          -
shop/lb       LoadBalancer  TCP       10.96.0.6:80         KUBE-SVC-CCCCCCCCCCCCCCCC  10.244.1.6:8080 1
shop/lb       LoadBalancer  TCP       10.96.0.6:80         KUBE-EXT-CCCCCCCCCCCCCCCC  -
shop/lb       LoadBalancer  TCP       10.96.0.6:80         KUBE-FW-CCCCCCCCCCCCCCCC   -
shop/lb       LoadBalancer  TCP       10.96.0.6:80         -                          -
?             NodePort      TCP       10.96.0.1:80,:30001  KUBE-SVC-AAAAAAAAAAAAAAAA  ? ?, 10.244.1.5:8080 ?
?             ?             -         -                    KUBE-SVC-BBBBBBBBBBBBBBBB  -
`);
    expect(await told('-o', 'name')).toBe(
      'shop/dns:udp/UDP\nshop/idle/TCP\nshop/lb/TCP\nshop/lb/TCP\n?/TCP\n?/?\n',
    );
  });

  it('have a line for each endpoint', async () => {
    const wide = (await told('-o', 'wide')).split('\n').map((line) => line.split(/ {2,}/).slice(4).join(' '));
    expect(wide).toEqual([
      'CHAIN ENDPOINT SHARE ENDPOINT CHAIN',
      '- - - -',
      '- - - -',
      'KUBE-SVC-CCCCCCCCCCCCCCCC 10.244.1.6:8080 1 KUBE-SEP-CCCCCCCCCCCCCCCC',
      'KUBE-EXT-CCCCCCCCCCCCCCCC - - -',
      'KUBE-FW-CCCCCCCCCCCCCCCC - - -',
      '- - - -',
      'KUBE-SVC-AAAAAAAAAAAAAAAA ? ? KUBE-SEP-AAAAAAAAAAAAAAAA',
      'KUBE-SVC-AAAAAAAAAAAAAAAA 10.244.1.5:8080 ? KUBE-SEP-BBBBBBBBBBBBBBBB',
      'KUBE-SVC-BBBBBBBBBBBBBBBB - - -',
      '',
    ]);
  });

  it('are null in JSON where nothing tells', async () => {
    const { services } = JSON.parse(await told('-o', 'json')) as { services: readonly unknown[] };
    const chain = (name: string, endpoints: readonly unknown[]): object => ({
      name,
      role: 'service',
      endpoints,
    });
    const sep = (letter: string, address: string | null): object => ({
      address,
      chain: `KUBE-SEP-${letter.repeat(16)}`,
      share: null,
    });
    expect(services.slice(-2)).toEqual([
      {
        service: null,
        type: 'NodePort',
        protocol: 'TCP',
        addresses: [
          { kind: 'cluster IP', ip: '10.96.0.1', port: 80 },
          { kind: 'node port', ip: null, port: 30001 },
        ],
        chains: [chain('KUBE-SVC-AAAAAAAAAAAAAAAA', [sep('A', null), sep('B', '10.244.1.5:8080')])],
      },
      {
        service: null,
        type: null,
        protocol: null,
        addresses: [],
        chains: [chain('KUBE-SVC-BBBBBBBBBBBBBBBB', [])],
      },
    ]);
  });

  it.each([
    [
      'KUBE-SEP-AAAAAAAAAAAAAAAA',
      'is endpoint ? of a Service that nothing names\n  KUBE-SVC-AAAAAAAAAAAAAAAA: ? of new connections',
    ],
    [
      'KUBE-SEP-CCCCCCCCCCCCCCCC',
      'is endpoint 10.244.1.6:8080 of shop/lb (TCP)\n  KUBE-SVC-CCCCCCCCCCCCCCCC: 1 of new connections',
    ],
    [
      'KUBE-SVC-AAAAAAAAAAAAAAAA',
      'is a chain of a Service that nothing names: it spreads connections over the endpoints',
    ],
    ['KUBE-SERVICES', 'is shared by all Services'],
    ['KUBE-MARK-MASQ', "is no Service's: it is there whatever Services there are"],
  ])('%s is told apart', async (chain, words) => {
    expect(await told(chain)).toBe(`${chain} ${words}\n`);
  });

  it.each([
    [
      'KUBE-SEP-AAAAAAAAAAAAAAAA',
      {
        role: 'endpoint',
        type: 'NodePort',
        protocol: 'TCP',
        shares: [{ chain: 'KUBE-SVC-AAAAAAAAAAAAAAAA', share: null }],
      },
    ],
    ['KUBE-SVC-BBBBBBBBBBBBBBBB', { role: 'service', type: null, protocol: null, shares: [] }],
  ])('%s is told apart in JSON', async (chain, known) => {
    const unknown = { chain, present: true, service: null, endpoint: null };
    expect(JSON.parse(await told(chain, '-o', 'json'))).toEqual({ ...unknown, ...known });
  });
});

describe('svc2ipt list', () => {
  it('lists a dump and its manifests alike', async () => {
    expect(await list('--live', DUMP)).toEqual({ code: 0, stdout: TABLE, stderr: '' });
    const compiled = await list('-f', join(STICKY, 'manifests.yaml'));
    expect(compiled).toEqual({ code: 0, stdout: TABLE, stderr: '' });
  });

  it('names one service port a line', async () => {
    expect((await list('--live', DUMP, '-o', 'name')).stdout).toBe('default/sticky:u/UDP\n');
  });

  it('tells a wide line for each endpoint', async () => {
    const { stdout } = await list('--live', DUMP, '-o', 'wide');
    const cells = stdout.split('\n').map((line) => line.split(/ {2,}/).slice(4).join(' '));
    expect(cells).toEqual([
      'CHAIN ENDPOINT SHARE ENDPOINT CHAIN',
      'KUBE-SVC-RLS7HUUB5LTTU4C3 10.244.1.10:5060 1/3 KUBE-SEP-M25IIG7FEE6DF4PH',
      'KUBE-SVC-RLS7HUUB5LTTU4C3 10.244.1.11:5060 1/3 KUBE-SEP-V5H76PUN5AEMXKLN',
      'KUBE-SVC-RLS7HUUB5LTTU4C3 10.244.2.10:5060 1/3 KUBE-SEP-3LW2EXH3LTFOREQ3',
      'KUBE-SVL-RLS7HUUB5LTTU4C3 10.244.1.10:5060 1/2 KUBE-SEP-M25IIG7FEE6DF4PH',
      'KUBE-SVL-RLS7HUUB5LTTU4C3 10.244.1.11:5060 1/2 KUBE-SEP-V5H76PUN5AEMXKLN',
      'KUBE-EXT-RLS7HUUB5LTTU4C3 - - -',
      '',
    ]);
  });

  it('gives the same to programs', async () => {
    const { stdout } = await list('--live', DUMP, 'default/sticky', '-o', 'json');
    const { services } = JSON.parse(stdout) as { services: readonly Record<string, unknown>[] };
    expect(services).toHaveLength(1);
    expect({ ...services[0], chains: undefined }).toEqual({
      service: 'default/sticky:u',
      type: 'LoadBalancer',
      protocol: 'UDP',
      addresses: [
        { kind: 'cluster IP', ip: '10.96.0.46', port: 5060 },
        { kind: 'load balancer IP', ip: '198.51.100.23', port: 5060 },
        { kind: 'node port', ip: null, port: 30506 },
      ],
      chains: undefined,
    });
    expect((services[0]?.['chains'] as readonly unknown[])[1]).toEqual({
      name: 'KUBE-SVL-RLS7HUUB5LTTU4C3',
      role: 'local',
      endpoints: [
        { address: '10.244.1.10:5060', chain: 'KUBE-SEP-M25IIG7FEE6DF4PH', share: '1/2' },
        { address: '10.244.1.11:5060', chain: 'KUBE-SEP-V5H76PUN5AEMXKLN', share: '1/2' },
      ],
    });
  });

  it('names ten addresses of a Service, and counts the rest', async () => {
    const externalIPs = Array.from({ length: 11 }, (_, at) => `192.0.2.${at}`);
    const stdin = `{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.9, externalIPs: [${externalIPs.join()}], ports: [{port: 80}]}}`;
    const shown = ['10.96.0.9', ...externalIPs.slice(0, 9)].map((ip) => `${ip}:80`).join();
    const table = await run(['list', '-f', '-', '-q'], { stdin });
    expect(table.stdout.split('\n')[1]).toBe(
      `default/web  ClusterIP  TCP       ${shown} and 2 more  -      -`,
    );
    const wide = await run(['list', '-f', '-', '-q', '-o', 'wide'], { stdin });
    expect(wide.stdout.split('\n')[1]?.split(/ {2,}/)[3]).toBe(`${shown} and 2 more`);
    const json = await run(['list', '-f', '-', '-q', '-o', 'json'], { stdin });
    const { services } = JSON.parse(json.stdout) as { services: readonly Record<string, unknown>[] };
    expect(services[0]?.['addresses']).toHaveLength(12);
  });

  it('lists Services that have no rules, too', async () => {
    const { stdout } = await list(
      '-f',
      join(ORACLE, '34-headless-and-externalname/manifests.yaml'),
      '-o',
      'name',
    );
    const dumped = await list(
      '--live',
      join(ORACLE, '34-headless-and-externalname/expected/1.31-1.36.iptables.save'),
      '-o',
      'name',
    );
    expect(stdout.split('\n').length).toBeGreaterThan(dumped.stdout.split('\n').length);
  });
});

describe('the share is that which an endpoint really gets', () => {
  const text = readFileSync(DUMP, 'utf8');
  const shares = async (stdin: string): Promise<readonly (string | undefined)[]> => {
    const { stdout } = await run(['list', '--live', '-', '-o', 'wide'], { stdin });
    return stdout.split('\n').map((line) => line.split(/ {2,}/)[6]);
  };

  it('0 behind a rule that takes all', async () => {
    const tampered = text.replace(' -m statistic --mode random --probability 0.33333333349', '');
    expect((await shares(tampered)).slice(1, 4)).toEqual(['1', '0', '0']);
  });

  it('what is left for a rule of another probability', async () => {
    const tampered = text.replaceAll('--probability 0.33333333349', '--probability 0.25000000000');
    expect((await shares(tampered)).slice(1, 4)).toEqual(['1/4', '3/8', '3/8']);
  });

  it('unknown behind a match that nobody can decide', async () => {
    const tampered = text.replace(
      '--probability 0.33333333349',
      '--probability 0.33333333349 -m u32 --u32 "0=1"',
    );
    expect((await shares(tampered)).slice(1, 4)).toEqual(['?', '?', '?']);
  });
});

describe('whose chain it is', () => {
  const text = readFileSync(DUMP, 'utf8');
  const bare = text.replaceAll(/ -m comment --comment ("[^"]*"|\S+)/g, '');

  it('by comments', async () => {
    expect(await list('--live', DUMP, 'KUBE-SEP-M25IIG7FEE6DF4PH')).toEqual({
      code: 0,
      stdout: `\
KUBE-SEP-M25IIG7FEE6DF4PH is endpoint 10.244.1.10:5060 of default/sticky:u (UDP)
  KUBE-SVC-RLS7HUUB5LTTU4C3: 1/3 of new connections
  KUBE-SVL-RLS7HUUB5LTTU4C3: 1/2 of new connections
`,
      stderr: '',
    });
  });

  it('by hashes of names, where comments are missing', async () => {
    const ask = async (stdin: string, ...argv: readonly string[]): Promise<string> =>
      (await run(['list', '--live', '-', ...argv], { stdin })).stdout;
    expect(await ask(bare, 'KUBE-EXT-RLS7HUUB5LTTU4C3')).toBe(
      'KUBE-EXT-RLS7HUUB5LTTU4C3 is a chain of a Service that nothing names: it takes what comes from outside the cluster\n',
    );
    const names = ['--names', join(STICKY, 'manifests.yaml')];
    expect(await ask(bare, 'KUBE-EXT-RLS7HUUB5LTTU4C3', ...names)).toBe(
      'KUBE-EXT-RLS7HUUB5LTTU4C3 is a chain of default/sticky:u (UDP): it takes what comes from outside the cluster\n',
    );
    const unled = bare.replaceAll(/^.*-j KUBE-SEP-M25IIG7FEE6DF4PH\n/gm, '');
    expect(await ask(unled, 'KUBE-SEP-M25IIG7FEE6DF4PH', ...names)).toBe(
      'KUBE-SEP-M25IIG7FEE6DF4PH is endpoint 10.244.1.10:5060 of default/sticky:u (UDP)\n',
    );
    const gone = unled.replaceAll(/^(:|-A )KUBE-SEP-M25IIG7FEE6DF4PH .*\n/gm, '');
    const manifests = ['-f', join(STICKY, 'manifests.yaml')];
    expect(await ask(gone, 'KUBE-SEP-M25IIG7FEE6DF4PH', ...manifests)).toBe(
      'KUBE-SEP-M25IIG7FEE6DF4PH is endpoint 10.244.1.10:5060 of default/sticky:u (UDP); it is not in these rules\n',
    );
  });

  it('of nobody alone', async () => {
    expect((await list('--live', DUMP, 'KUBE-SERVICES')).stdout).toBe(
      'KUBE-SERVICES is shared by all Services\n',
    );
    expect((await list('--live', DUMP, 'KUBE-POSTROUTING')).stdout).toBe(
      "KUBE-POSTROUTING is no Service's: it is there whatever Services there are\n",
    );
  });

  it('of nobody at all: exit 2 with the nearest', async () => {
    expect(await list('--live', DUMP, 'KUBE-SEP-M25IIG7FEE6DF4PP')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'svc2ipt: error: KUBE-SEP-M25IIG7FEE6DF4PP: no chain of kube-proxy has this name; did you mean KUBE-SEP-M25IIG7FEE6DF4PH? [chain-unknown]\n',
    });
    expect((await list('--live', DUMP, 'default/stiky')).stderr).toBe(
      'svc2ipt: error: default/stiky: no Service has this name; did you mean default/sticky? [chain-unknown]\n',
    );
  });

  it('refuses names that are none, at their line', async () => {
    expect(
      await run(['list', '--live', DUMP, '--names', '-'], { stdin: 'default/web:http\n# fine\nweb\n' }),
    ).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'svc2ipt: error: "web" is no name of a service port: a line is namespace/name:port [name-invalid]\n'.replace(
          'svc2ipt:',
          '<stdin>:3:1:',
        ),
    });
  });
});

const tally = { tried: 0, equal: 0 };
afterAll(() => {
  process.stdout.write(`list: ${tally.equal} equal / ${tally.tried} tried\n`);
});

/** Chains with their endpoints by name of the service port. */
const chainsOf = ({ ports }: ReturnType<typeof listRules>): readonly string[] =>
  ports
    .filter(({ chains }) => chains.length > 0)
    .map(({ name, protocol, chains }) =>
      JSON.stringify([
        name,
        protocol,
        chains.map((chain) => [
          chain.name,
          chain.endpoints.map(
            ({ chain: own, address, share }) => `${own} ${address} ${share?.numerator}/${share?.denominator}`,
          ),
        ]),
      ]),
    );

describe('what a dump and its manifests list is the same', () => {
  it.each(sampled(captures(), 16).map((capture): Capture => ({ ...capture })))(
    '$case $version $ipFamily',
    (capture) => {
      tally.tried += 1;
      const compiled = compile(oracleRequest(capture.case, capture.version, capture.ipFamily)).value;
      const source = { name: capture.file, text: readFileSync(capture.file, 'utf8') };
      const dump = readDump(source, capture.ipFamily).value;
      if (compiled === undefined || !isOfMode(compiled, 'iptables') || dump === undefined)
        throw new Error(capture.file);
      expect(chainsOf(listRules(dump, new Map()))).toEqual(chainsOf(listCompilation(compiled)));
      tally.equal += 1;
    },
  );
});
