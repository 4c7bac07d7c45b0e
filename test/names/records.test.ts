import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { checkZone, whyNoNameServer, withServer } from './named.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/names');
const CLUSTER = join(FOLDER, 'cluster.yaml');
const expected = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const names = (...argv: readonly string[]): ReturnType<typeof run> => run(['names', '-f', CLUSTER, ...argv]);
const STAND_INS =
  'svc2ipt: warning: 2 values that only a cluster assigns are missing and replaced by a stand-in: -v names them, --assignments keeps them, --require-assigned refuses them [stand-in]\n';

const ZONES = ['cluster.local', 'in-addr.arpa', 'ip6.arpa'] as const;
/** The text of each zone. */
const zoneTexts = async (): Promise<ReadonlyMap<string, string>> =>
  new Map(
    await Promise.all(ZONES.map(async (zone) => [zone, (await names('--zone', zone)).stdout] as const)),
  );

describe('svc2ipt names -o zone', () => {
  it('prints the records of Services of every kind', async () => {
    expect(await names()).toEqual({ code: 0, stdout: expected('expected.zone'), stderr: STAND_INS });
  });

  it('prints one zone', async () => {
    expect([...(await zoneTexts()).values()].join('\n')).toBe(expected('expected.zone'));
  });

  it('prints a zone without records', async () => {
    const stdin = 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {clusterIP: None}\n';
    const { stdout } = await run(['names', '-f', '-', '--zone', 'ip6.arpa'], { stdin });
    expect(stdout).toBe(
      '; zone ip6.arpa\nip6.arpa. 5 IN SOA localhost. root.localhost. 1 7200 1800 86400 5\nip6.arpa. 5 IN NS localhost.\n',
    );
    expect((await run(['names', '-f', '-'], { stdin })).stdout.match(/^; .*$/gm)).toEqual([
      '; zone cluster.local',
    ]);
  });

  it('takes another domain', async () => {
    const { stdout } = await names('--cluster-domain', 'K8s.Example.com.');
    const elsewhere = expected('expected.zone')
      .replaceAll('cluster.local', 'k8s.example.com')
      // What ExternalName says does not change.
      .replace('CNAME web.shop.svc.k8s.example.com.', 'CNAME web.shop.svc.cluster.local.');
    expect(stdout).toBe(elsewhere);
  });

  it('gives the same bytes in whatever order the objects come', async () => {
    const documents = expected('cluster.yaml').split('---\n');
    const stdin = documents.toReversed().join('\n---\n');
    expect((await run(['names', '-f', '-'], { stdin })).stdout).toBe(expected('expected.zone'));
  });

  it('draws the addresses of pods that compile draws', async () => {
    const settings = ['--cluster-cidr', '10.99.0.0/16', '--node-name', 'node-1'];
    const front = expected('cluster.yaml')
      .replace('{name: queue, namespace: talk}\nspec: {clusterIP: None,', '$&')
      .replace('{clusterIP: None, selector: {app: queue}', '{clusterIP: 10.96.0.99, selector: {app: queue}');
    const compiled = await run(['compile', '-f', '-', '-t', 'nat', ...settings], { stdin: front });
    const found = [...compiled.stdout.matchAll(/"talk\/queue:amqp -> (10\.99\.\d+\.\d+):5672"/g)].map(
      ([, address]) => address,
    );
    const { stdout } = await names(...settings);
    const told = [...stdout.matchAll(/^queue\.talk\.svc\.cluster\.local\. 5 IN A (.*)$/gm)].map(
      ([, address]) => address,
    );
    expect(told).toHaveLength(2);
    expect(told).toEqual(found);
  });

  it('leaves out what no name server can hold', async () => {
    const long = 'a'.repeat(64);
    const stdin =
      `apiVersion: v1\nkind: Service\nmetadata: {name: out}\nspec: {type: ExternalName, externalName: ${long}.com}\n` +
      '---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: 10.96.0.7, ports: [{name: http, port: 80}]}\n';
    const short = await run(['names', '-f', '-'], { stdin });
    expect(short.stdout).not.toContain('out.default');
    expect(short.stderr).toBe(
      `svc2ipt: warning: Service default/out: CNAME record left out: no name server can hold ${long}.com: its part ${long} has 64 characters, and DNS allows 63 in a part [record-left-out]\n`,
    );
    const domain = ['b', 'c', 'd', 'e'].map((letter) => letter.repeat(58)).join('.');
    const wide = await run(['names', '-f', '-', '--cluster-domain', domain, '-o', 'hosts'], { stdin });
    expect(wide.code).toBe(0);
    expect(wide.stdout).toBe(`10.96.0.7 web.default.svc.${domain} web.default.svc web.default\n`);
    expect(wide.stderr).toContain('has 262 characters, and DNS allows 253 in a name [record-left-out]');
  });
});

const skipped = whyNoNameServer();

describe.skipIf(skipped !== undefined)('a real name server', () => {
  it.each(ZONES)('finds nothing wrong in zone %s', async (zone) => {
    const { stdout } = await names('--zone', zone);
    expect(checkZone(zone, stdout)).toBe(`zone ${zone}/IN: loaded serial 1\nOK\n`);
    expect(checkZone(zone, (await names()).stdout)).toMatch(/^zone .*: loaded serial 1\nOK\n$/m);
  });

  it('answers from them', async () => {
    await withServer(await zoneTexts(), (ask) => {
      expect(ask('dns-version.cluster.local', 'TXT')).toEqual(['"1.1.0"']);
      expect(ask('web.shop.svc.cluster.local', 'A')).toEqual(['10.96.0.20']);
      expect(ask('web.shop.svc.cluster.local', 'AAAA')).toEqual(['fd00:10:96::20']);
      expect(ask('_dns._udp.web.shop.svc.cluster.local', 'SRV')).toEqual([
        '0 100 53 web.shop.svc.cluster.local.',
      ]);
      expect(ask('_http._tcp.plain.shop.svc.cluster.local', 'SRV')).toEqual([]);
      expect(ask('db.shop.svc.cluster.local', 'A')).toEqual(['10.244.1.10', '10.244.1.11']);
      expect(ask('db-0.db.shop.svc.cluster.local', 'ANY')).toEqual(['10.244.1.10', 'fd00:10:244:1::a']);
      expect(ask('db-2.db.shop.svc.cluster.local', 'A')).toEqual([]);
      expect(ask('_sql._tcp.db.shop.svc.cluster.local', 'SRV')).toEqual([
        '0 100 15432 10-244-1-11.db.shop.svc.cluster.local.',
        '0 100 15432 db-0.db.shop.svc.cluster.local.',
        '0 100 15432 fd00-10-244--0.db.shop.svc.cluster.local.',
      ]);
      expect(ask('peers.shop.svc.cluster.local', 'A')).toEqual(['10.244.1.20', '10.244.1.21']);
      expect(ask('empty.talk.svc.cluster.local', 'A')).toEqual([]);
      expect(ask('store.talk.svc.cluster.local', 'A')).toEqual(['10.96.0.20', 'web.shop.svc.cluster.local.']);
      expect(ask('mail.talk.svc.cluster.local', 'CNAME')).toEqual(['mx.example.com.']);
      expect(ask('20.0.96.10.in-addr.arpa', 'PTR')).toEqual(['web.shop.svc.cluster.local.']);
      expect(ask('10.1.244.10.in-addr.arpa', 'PTR')).toEqual(['db-0.db.shop.svc.cluster.local.']);
      expect(ask(`0.2.${'0.'.repeat(18)}6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa`, 'PTR')).toEqual([
        'web.shop.svc.cluster.local.',
      ]);
    });
  });
});
