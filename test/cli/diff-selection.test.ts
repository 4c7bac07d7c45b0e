import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const MANIFESTS = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: 10.96.0.10
  ports: [{name: http, port: 80}, {name: https, port: 443}]
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.0.11, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: peers, namespace: shop}
spec: {clusterIP: None, ports: [{port: 7000}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints: [{addresses: [10.244.1.1]}, {addresses: [10.244.1.2]}]
ports: [{name: http, port: 8080}, {name: https, port: 8443}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}
addressType: IPv4
endpoints: [{addresses: [10.244.1.3]}]
ports: [{name: "", port: 5432}]
`;

let folder = '';
let manifests = '';
let save = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
  manifests = file('cluster.yaml', MANIFESTS);
  save = (await run(['compile', '-f', manifests, '--cluster-cidr', '10.244.0.0/16'])).stdout;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Both Services and the node's own rules are wrong. */
const broken = (): string =>
  file(
    'broken.save',
    save
      .replaceAll('10.244.1.3:5432', '10.244.9.9:5432')
      .replaceAll('10.244.1.1:8443', '10.244.9.9:8443')
      .replace(/^-A FORWARD .*KUBE-FORWARD\n/m, ''),
  );

const diff = (...flags: readonly string[]): ReturnType<typeof run> =>
  run(['diff', '-f', manifests, '--cluster-cidr', '10.244.0.0/16', ...flags]);

describe('svc2ipt diff --only', () => {
  it.each<[string, string]>([
    ['shop/nosuch', 'there is no such Service'],
    ['shop/wbe', 'there is no such Service; did you mean shop/web?'],
    ['default/web', 'there is no such Service; did you mean shop/web?'],
    ['web', 'this is not NAMESPACE/NAME, NAMESPACE/NAME:PORT or NAMESPACE/*; did you mean shop/web?'],
    ['shop/w*', 'this is not NAMESPACE/NAME, NAMESPACE/NAME:PORT or NAMESPACE/*'],
    ['shop/web:htp', 'Service shop/web has no port of this name; its ports are http, https'],
    ['shop/db:pg', 'Service shop/db has no port of this name; its ports have no names'],
    ['shp/*', 'no Service is in this namespace; did you mean shop/*?'],
  ])('%s is refused: a name that nothing has is no success', async (name, why) => {
    const { code, stdout, stderr } = await diff('--live', broken(), '--only', name);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`--only ${name}: ${why} [usage]\n`);
  });

  it('takes a Service, a port of it, a namespace, and Services without rules', async () => {
    const told = async (name: string): Promise<readonly [number, readonly string[]]> => {
      const { code, stdout } = await diff('--live', broken(), '--only', name, '-o', 'json');
      const { differences } = JSON.parse(stdout) as { differences: readonly { service: string }[] };
      return [code, [...new Set(differences.map(({ service }) => service))]];
    };
    expect(await told('shop/web')).toEqual([1, ['shop/web:https/TCP']]);
    expect(await told('shop/web:https')).toEqual([1, ['shop/web:https/TCP']]);
    expect(await told('shop/web:http')).toEqual([0, []]);
    expect(await told('shop/*')).toEqual([1, ['shop/db/TCP', 'shop/web:https/TCP']]);
    expect(await told('shop/peers')).toEqual([0, []]);
  });

  it('takes a Service that only the node has', async () => {
    const documents = MANIFESTS.split('---\n').filter((document) => !document.includes('name: db'));
    const less = file('less.yaml', documents.join('---\n'));
    const live = file('live.save', save);
    const { code } = await run(['diff', '-f', less, '--live', live, '--only', 'shop/db']);
    expect(code).toBe(1);
  });

  it('with --exclude refuses what is no name, and takes a name that nothing has', async () => {
    const { code, stderr } = await diff('--live', broken(), '--exclude', 'web');
    expect(code).toBe(2);
    expect(stderr).toContain('--exclude web: this is not NAMESPACE/NAME');
    expect((await diff('--live', broken(), '--exclude', 'shop/nosuch')).code).toBe(1);
  });
});

describe('svc2ipt diff -o unified', () => {
  const signed = (text: string): readonly string[] =>
    text.split('\n').filter((line) => /^[-+]-/.test(line) && !/^(---|\+\+\+)/.test(line));

  it('tells of the Services asked for only', async () => {
    const { code, stdout } = await diff('--live', broken(), '--only', 'shop/db', '-o', 'unified');
    expect(code).toBe(1);
    expect(signed(stdout).map((line) => /10\.244\.\d\.\d:\d+/.exec(line)?.[0])).toEqual([
      '10.244.1.3:5432',
      '10.244.9.9:5432',
    ]);
  });

  it('leaves out the Services excluded', async () => {
    const { stdout } = await diff('--live', broken(), '--exclude', 'shop/*', '-o', 'unified');
    expect(signed(stdout)).toEqual([
      '--A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
    ]);
    const { code, stdout: nothing } = await diff(
      ...['--live', broken(), '--only', 'shop/web:http', '-o', 'unified'],
    );
    expect([code, nothing]).toEqual([0, '']);
  });

  it('does not miss what the form of the dump leaves out', async () => {
    const nat = save.slice(save.indexOf('*nat')).replace(/^(\*nat|COMMIT)\n/gm, '');
    const asList = nat
      .replace(/^:([A-Z]+) ACCEPT .*$/gm, '-P $1 ACCEPT')
      .replace(/^:(\S+) - .*$/gm, '-N $1')
      .replaceAll('10.244.1.3:5432', '10.244.9.9:5432');
    const { code, stdout } = await diff('--live', file('nat.rules', asList), '-o', 'unified');
    expect(code).toBe(1);
    expect(signed(stdout).length).toBe(2);
  });

  it('is never empty where something differs', async () => {
    const live = file('no-filter.save', save.replace(/\*filter[^]*?COMMIT\n/, ''));
    const { code, stdout } = await diff('--live', live, '-o', 'unified');
    expect(code).toBe(1);
    expect(stdout).not.toBe('');
  });
});

describe('svc2ipt diff --golden', () => {
  const CONNMARK = '-A PREROUTING -i eni+ -m comment --comment "AWS, CONNMARK" -j CONNMARK --restore-mark\n';
  const SPOOF = '-A POSTROUTING -m comment --comment "AWS SNAT" -j SNAT --to-source 192.0.2.1\n';

  it("leaves other software's rules alone on both sides, whatever their comments", async () => {
    const golden = file('golden.save', save.replace(/^-A PREROUTING/m, `${CONNMARK}$&`));
    const live = file('live.save', save.replace(/^-A POSTROUTING/m, `${SPOOF}$&`));
    for (const form of ['text', 'unified', 'json']) {
      const { code, stdout } = await run(['diff', '--golden', golden, '--live', live, '-o', form]);
      expect(code).toBe(0);
      // What stands ahead of kube-proxy's rules is named in a note; it is no difference.
      const notes = /^.*1 rule of other software in POSTROUTING .*\n/m;
      expect(stdout.replace(notes, '')).not.toContain('AWS');
      if (form === 'json') expect(JSON.parse(stdout)).toMatchObject({ equal: true, differences: [] });
    }
  });

  it("tells the first releases' rule in POSTROUTING, in words and as a diff", async () => {
    const dump = readFileSync('fixtures/dumps/16-do-coreos-k8s1.1-2016-01-save.txt', 'utf8');
    const rule = /^-A POSTROUTING .*kubernetes service traffic requiring SNAT.*$/m.exec(dump)?.[0] ?? '';
    const golden = file('golden.save', dump);
    const live = file('live.save', dump.replace(`${rule}\n`, ''));
    const text = await run(['diff', '--golden', golden, '--live', live]);
    expect([text.code, text.stdout.split('\n')[0]]).toEqual([
      1,
      'node: the rule for kubernetes service traffic requiring SNAT is missing in POSTROUTING of table nat',
    ]);
    const unified = await run(['diff', '--golden', golden, '--live', live, '-o', 'unified']);
    expect([unified.code, signedLines(unified.stdout)]).toEqual([1, [`-${rule}`]]);
  });

  it('of another family than the node is refused', async () => {
    const golden = file('golden.save', save.replace(/^#.*\n/gm, ''));
    const six = file('six.save', '*nat\n:X - [0:0]\n-A X -s fd00::1/128 -j RETURN\nCOMMIT\n');
    const { code, stderr } = await run(['diff', '--golden', golden, '--live', six]);
    expect(code).toBe(2);
    expect(stderr).toContain('golden.save holds rules of IPv4, not IPv6');
  });
});

const signedLines = (text: string): readonly string[] =>
  text.split('\n').filter((line) => /^[-+]/.test(line) && !/^(---|\+\+\+)/.test(line));

describe('svc2ipt diff --ip-family', () => {
  it('refuses a dump of the other family when it is given', async () => {
    const six = file('six.save', '*nat\n:X - [0:0]\n-A X -s fd00::1/128 -j RETURN\nCOMMIT\n');
    const { code, stdout, stderr } = await diff('--live', six, '--ip-family', 'ipv4');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(
      'six.save holds rules of IPv6, not IPv4: take the dump with iptables-save, or ask for IPv6',
    );
    expect((await diff('--live', six)).code).not.toBe(2);
    expect((await diff('--live', six, '--ip-family', 'ipv6')).code).not.toBe(2);
  });
});
