import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compile, isOfMode } from '../../src/compile.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { type NodeListing } from '../../src/listing/node-listing.ts';
import { listNftCompilation, listRuleset } from '../../src/listing/nft-listing.ts';
import { readNft } from '../../src/netfilter/nftables/read-nft.ts';
import { run } from '../helpers/cli.ts';
import { sampled } from '../helpers/diff-oracle.ts';
import { listingSource, NFT_ORACLE } from '../helpers/nftables-listings.ts';
import { type NftCapture, nftCaptures, nftSources } from '../helpers/nftables-oracle.ts';

const STICKY = join(NFT_ORACLE, '30-session-affinity-loadbalancer-local');
const DUMP = join(STICKY, 'expected/1.36.ip.nft-1.1.3');
const MANIFESTS = ['-f', join(STICKY, 'manifests.yaml'), '--config', join(STICKY, 'kube-proxy.yaml')];
const list = (...argv: readonly string[]): ReturnType<typeof run> => run(['list', ...argv]);

const TABLE = `\
SERVICE           TYPE          PROTOCOL  ADDRESSES                                  CHAIN                                   ENDPOINTS
default/sticky:u  LoadBalancer  UDP       10.96.0.46:5060,198.51.100.23:5060,:30506  service-SSPA3QPH-default/sticky/udp/u   10.244.1.10:5060 1/3, 10.244.1.11:5060 1/3, 10.244.2.10:5060 1/3
default/sticky:u  LoadBalancer  UDP       10.96.0.46:5060,198.51.100.23:5060,:30506  local-SSPA3QPH-default/sticky/udp/u     10.244.1.10:5060 1/2, 10.244.1.11:5060 1/2
default/sticky:u  LoadBalancer  UDP       10.96.0.46:5060,198.51.100.23:5060,:30506  external-SSPA3QPH-default/sticky/udp/u  -
`;

describe('svc2ipt list in mode nftables', () => {
  it('lists manifests', async () => {
    const compiled = await list(...MANIFESTS, '--proxy-mode', 'nftables');
    expect(compiled).toEqual({ code: 0, stdout: TABLE, stderr: '' });
  });

  it('lists a dump, which does not tell load balancers without source ranges from external IPs', async () => {
    const dumped = await list('--live', DUMP);
    expect(dumped).toEqual({
      code: 0,
      stdout: TABLE.replaceAll('LoadBalancer', '?   ').replace('TYPE        ', 'TYPE'),
      stderr: '',
    });
  });

  it('gives the same to programs', async () => {
    const { stdout } = await list('--live', DUMP, 'default/sticky', '-o', 'json');
    const { services } = JSON.parse(stdout) as { services: readonly Record<string, unknown>[] };
    expect(services).toHaveLength(1);
    expect(services[0]?.['addresses']).toEqual([
      { kind: 'cluster IP', ip: '10.96.0.46', port: 5060 },
      { kind: 'address', ip: '198.51.100.23', port: 5060 },
      { kind: 'node port', ip: null, port: 30506 },
    ]);
    expect((services[0]?.['chains'] as readonly unknown[])[1]).toEqual({
      name: 'local-SSPA3QPH-default/sticky/udp/u',
      role: 'local',
      endpoints: [
        {
          address: '10.244.1.10:5060',
          chain: 'endpoint-6337LEID-default/sticky/udp/u__10.244.1.10/5060',
          share: '1/2',
        },
        {
          address: '10.244.1.11:5060',
          chain: 'endpoint-DJK65DKM-default/sticky/udp/u__10.244.1.11/5060',
          share: '1/2',
        },
      ],
    });
  });

  it('lists endpoints that have no chain of their own', async () => {
    const { stdout } = await list(
      '--live',
      join(NFT_ORACLE, '02-clusterip-two-endpoints-myblog/expected/1.36.ip.nft-1.1.3'),
      '-o',
      'wide',
    );
    const cells = stdout.split('\n').map((line) => line.split(/ {2,}/).slice(5).join(' '));
    expect(cells.slice(0, 3)).toEqual([
      'ENDPOINT SHARE ENDPOINT CHAIN',
      '10.244.1.158:8002 1/2 -',
      '10.244.1.159:8002 1/2 -',
    ]);
  });

  it('lists what nft prints as JSON', async () => {
    const balanced = join(NFT_ORACLE, '14-loadbalancer/expected/1.36.ip');
    const text = await list('--live', `${balanced}.nft-1.1.3`);
    expect(text.stdout).toContain('default/lb:https');
    expect(await list('--live', `${balanced}.json-1.1.3`)).toEqual(text);
  });

  it('lists nothing of other tables', async () => {
    const other = await run(['list', '--live', '-'], { stdin: 'table ip nat {\n\tchain x {\n\t}\n}\n' });
    expect(other.stdout).toMatch(/^SERVICE[^\n]*\n$/);
  });
});

describe('the share is that which an endpoint really gets', () => {
  it('of a map of which an endpoint has two places', async () => {
    const text = readFileSync(DUMP, 'utf8');
    const tampered = text.replace(
      /numgen random mod 2 vmap \{ 0 : goto (\S+), 1 : goto (\S+) \}/,
      'numgen random mod 3 vmap { 0 : goto $1, 1 : goto $2, 2 : goto $2 }',
    );
    expect(tampered).not.toBe(text);
    const { stdout } = await run(['list', '--live', '-', '-o', 'wide'], { stdin: tampered });
    const local = stdout.split('\n').filter((line) => line.includes('  local-'));
    expect(local.map((line) => line.split(/ {2,}/)[6])).toEqual(['1/3', '2/3', '2/3']);
  });
});

describe('whose chain it is', () => {
  const ask = async (...argv: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await list('--live', DUMP, ...argv);
    return stdout + stderr;
  };

  it('tells endpoints with their shares', async () => {
    expect(await ask('endpoint-6337LEID-default/sticky/udp/u__10.244.1.10/5060')).toBe(`\
endpoint-6337LEID-default/sticky/udp/u__10.244.1.10/5060 is endpoint 10.244.1.10:5060 of default/sticky:u (UDP)
  service-SSPA3QPH-default/sticky/udp/u: 1/3 of new connections
  local-SSPA3QPH-default/sticky/udp/u: 1/2 of new connections
`);
  });

  it.each([
    [
      'external-SSPA3QPH-default/sticky/udp/u',
      'external-SSPA3QPH-default/sticky/udp/u is a chain of default/sticky:u (UDP): it takes what comes from outside the cluster\n',
    ],
    [
      'service-ABCDEFGH-shop/web/tcp/http',
      'service-ABCDEFGH-shop/web/tcp/http is a chain of shop/web:http (TCP): it spreads connections over the endpoints; it is not in these rules\n',
    ],
    ['services', 'services is shared by all Services\n'],
    ['masquerading', "masquerading is no Service's: it is there whatever Services there are\n"],
    [
      'servces',
      'svc2ipt: error: servces: no chain of kube-proxy has this name; did you mean services? [chain-unknown]\n',
    ],
    [
      'service-SSPA3QPH/default/sticky/udp/u',
      'svc2ipt: error: service-SSPA3QPH/default/sticky/udp/u: no Service has this name; did you mean service-SSPA3QPH-default/sticky/udp/u? [chain-unknown]\n',
    ],
  ])('%s', async (chain, answer) => {
    expect(await ask(chain)).toBe(answer);
  });

  it('tells it to programs', async () => {
    expect(JSON.parse(await ask('local-SSPA3QPH-default/sticky/udp/u', '-o', 'json'))).toEqual({
      chain: 'local-SSPA3QPH-default/sticky/udp/u',
      role: 'local',
      present: true,
      service: 'default/sticky:u',
      type: null,
      protocol: 'UDP',
      endpoint: null,
      shares: [],
    });
  });
});

const tally = { tried: 0, equal: 0 };
afterAll(() => {
  process.stdout.write(`list in mode nftables: ${tally.equal} equal / ${tally.tried} tried\n`);
});

/** Chains with their endpoints by name of the service port. */
const chainsOf = ({ ports }: NodeListing): readonly string[] =>
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

/** Every named port with its addresses. */
const addressesOf = ({ ports }: NodeListing): ReadonlyMap<string, string> =>
  new Map(
    ports.map(({ name, protocol, addresses }) => [
      `${name}/${protocol}`,
      [...new Set(addresses.map(({ ip, port }) => `${ip}:${port}`))].sort().join(),
    ]),
  );

describe('what a dump and its manifests list is the same', () => {
  it.each(sampled(nftCaptures(), 8).map((capture): NftCapture => ({ ...capture })))(
    '$case $version $ipFamily',
    (capture) => {
      tally.tried += 1;
      const { manifests, config } = nftSources(capture.case);
      const compiled = compile({
        sources: manifests,
        config,
        flags: {
          hostnameOverride: 'node-1',
          nodeAddresses: ['192.168.0.2', '10.1.0.2', 'fd00:192::2'],
        },
        version: capture.version,
        ipFamily: capture.ipFamily,
        strict: false,
        cluster: DEFAULT_CLUSTER_OPTIONS,
        supportedModes: ['nftables'],
      }).value;
      const ruleset = readNft(listingSource(capture)).value;
      if (compiled === undefined || !isOfMode(compiled, 'nftables') || ruleset === undefined)
        throw new Error(capture.file);
      const dumped = listRuleset({ family: capture.ipFamily, ruleset });
      const listing = listNftCompilation(compiled);
      expect(chainsOf(dumped)).toEqual(chainsOf(listing));
      const told = addressesOf(listing);
      for (const [name, addresses] of addressesOf(dumped))
        if (!name.startsWith('undefined')) expect([name, addresses]).toEqual([name, told.get(name)]);
      tally.equal += 1;
    },
  );
});

describe.each([
  ['list', 'userspace', '"iptables" or "nftables" or "ipvs"', '1.20'],
  ['graph', 'ipvs', '"iptables" or "nftables"', '1.36'],
])('svc2ipt %s in mode %s', (command, mode, known, version) => {
  it('says which modes it knows', async () => {
    const asked = ['--proxy-mode', mode, '--kube-proxy-version', version];
    const { code, stderr } = await run([command, ...MANIFESTS, ...asked]);
    expect({ code, error: stderr.split('\n').at(-2) }).toEqual({
      code: 2,
      error: `svc2ipt: error: --proxy-mode: must be ${known}: svc2ipt does not know the rules of mode "${mode}" [mode-unsupported]`,
    });
  });
});

describe('a dump that no kube-proxy wrote', () => {
  it('may lead a chain to itself', async () => {
    const table = `\
table ip kube-proxy {
	map service-ips {
		type ipv4_addr . inet_proto . inet_service : verdict
		elements = { 10.96.0.5 . tcp . 80 : goto service-AAAAAAAA-default/web/tcp/http }
	}
	chain service-AAAAAAAA-default/web/tcp/http {
		numgen random mod 1 vmap { 0 : goto service-AAAAAAAA-default/web/tcp/http }
	}
}
`;
    expect(await run(['list', '--live', '-'], { stdin: table })).toEqual({
      code: 0,
      stdout: `\
SERVICE           TYPE       PROTOCOL  ADDRESSES     CHAIN                                  ENDPOINTS
default/web:http  ClusterIP  TCP       10.96.0.5:80  service-AAAAAAAA-default/web/tcp/http  -
`,
      stderr: '',
    });
  });
});
