import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/names');
const names = (...argv: readonly string[]): ReturnType<typeof run> =>
  run(['names', '-f', join(FOLDER, 'cluster.yaml'), ...argv]);

describe('svc2ipt names -o hosts', () => {
  it('prints every address with its names, bare ones for a namespace', async () => {
    const { code, stdout } = await names('-o', 'hosts', '--for-namespace', 'shop');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: readFileSync(join(FOLDER, 'expected-shop.hosts'), 'utf8'),
    });
  });

  it('prints no bare names without a namespace', async () => {
    const { stdout } = await names('-o', 'hosts');
    expect(stdout).toContain('\n10.96.0.21 plain.shop.svc.cluster.local plain.shop.svc plain.shop\n');
  });
});

interface Told {
  readonly clusterDomain: string;
  readonly services: readonly {
    readonly service: string;
    readonly headless: boolean;
    readonly records: readonly {
      readonly name: string;
      readonly ttl: number;
      readonly type: string;
      readonly data: string;
    }[];
  }[];
  readonly environment: unknown;
}

describe('svc2ipt names -o json', () => {
  it('holds the records of the zones', async () => {
    const { clusterDomain, services, environment } = JSON.parse((await names('-o', 'json')).stdout) as Told;
    const lines = services.flatMap(({ records }) =>
      records.map(({ name, ttl, type, data }) => `${name} ${ttl} IN ${type} ${data}`),
    );
    const inZones = readFileSync(join(FOLDER, 'expected.zone'), 'utf8')
      .split('\n')
      .filter((line) => / IN (A|AAAA|SRV|PTR|CNAME) /.test(line));
    expect(lines.toSorted()).toEqual(inZones.toSorted());
    expect({ clusterDomain, environment }).toEqual({ clusterDomain: 'cluster.local', environment: null });
    expect(services.filter(({ headless }) => headless).map(({ service }) => service)).toEqual([
      'shop/db',
      'shop/elders',
      'shop/peers',
      'talk/chat',
      'talk/empty',
      'talk/queue',
    ]);
  });

  it('holds the variables of a namespace that is asked for', async () => {
    const { stdout } = await names('-o', 'json', '--for-namespace', 'talk', '--no-service-links');
    const { environment } = JSON.parse(stdout) as {
      readonly environment: { readonly variables: readonly object[] };
    };
    expect(environment).toMatchObject({ namespace: 'talk', serviceLinks: false });
    expect(environment.variables).toHaveLength(8);
    expect(environment.variables[0]).toEqual({
      name: 'KUBERNETES_SERVICE_HOST',
      value: '10.96.0.1',
      service: 'default/kubernetes',
    });
  });
});

describe('svc2ipt names', () => {
  it.each([
    [['-o', 'env'], '-o env needs --for-namespace NAME'],
    [['--for-namespace', 'shop'], '--for-namespace is for hosts, env and json'],
    [['-o', 'hosts', '--zone', 'ip6.arpa'], '--zone is for -o zone'],
    [['--zone', 'example.com'], '--zone example.com: zones are cluster.local, in-addr.arpa, ip6.arpa'],
    [
      ['-o', 'hosts', '--for-namespace', 'shop', '--no-service-links'],
      '--no-service-links is for variables: -o env or json, with --for-namespace',
    ],
    [
      ['-o', 'json', '--no-service-links'],
      '--no-service-links is for variables: -o env or json, with --for-namespace',
    ],
  ])('refuses %j', async (argv, message) => {
    const told = { code: 2, stdout: '', stderr: `svc2ipt: error: ${message} [usage]\n` };
    expect(await names(...argv)).toEqual(told);
  });

  it.each([
    [
      ['--cluster-domain', 'a;b'],
      "option '--cluster-domain <domain>' argument 'a;b' is invalid. It is a domain like cluster.local.",
    ],
    [
      ['-o', 'env', '--for-namespace', 'a.b'],
      "option '--for-namespace <name>' argument 'a.b' is invalid. It is a namespace: must not contain dots.",
    ],
    [
      ['-o', 'xml'],
      "option '-o, --output <form>' argument 'xml' is invalid. Allowed choices are zone, hosts, env, json.",
    ],
  ])('refuses %j', async (argv, message) => {
    const { code, stdout, stderr } = await names(...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`svc2ipt: error: ${message} [usage]`);
  });

  it('needs an input', async () => {
    const { code, stderr } = await run(['names']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'svc2ipt: error: no input: name files or directories with -f, - for stdin, or a cluster with --from-cluster [usage]\n',
    );
  });

  it('takes IPv6 clusters whatever family kube-proxy serves', async () => {
    const stdin =
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: "fd00:10:96::7", ports: [{port: 80}]}\n';
    const told = await run(
      ['names', '-f', '-', '-o', 'hosts', '--kube-proxy-version', '1.18', '--bind-address', '::'],
      { stdin },
    );
    expect(told).toEqual({
      code: 0,
      stdout: 'fd00:10:96::7 a.default.svc.cluster.local a.default.svc a.default\n',
      stderr: '',
    });
  });

  it('refuses settings that kube-proxy refuses, and a configuration that is not there', async () => {
    expect((await names('--cluster-cidr', 'x')).stderr).toContain('svc2ipt: error: --cluster-cidr: ');
    expect(await names('--config', '/nowhere')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'svc2ipt: error: /nowhere: no such file or directory [file-unreadable]\n',
    });
  });

  it('keeps stand-ins that an assignments file names', async () => {
    const file = join(FOLDER, 'assignments.yaml');
    const { stdout } = await names('--assignments', file, '--require-assigned', '--zone', 'cluster.local');
    expect(stdout).toContain('\nqueue-1.queue.talk.svc.cluster.local. 5 IN A 10.244.9.2\n');
  });

  it('refuses to go without with --require-assigned', async () => {
    const { code, stdout, stderr } = await names('--require-assigned');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      'no IPv4 address is known for pod queue-0, and a stand-in is not allowed [value-missing]',
    );
  });
});

/** Text that would be a record, a line of a shell or a host of its own, wherever a manifest could bring it in. */
const HOSTILE = [
  'metadata: {name: "web\\nevil. 5 IN A 10.0.0.1"}\nspec: {clusterIP: 10.96.0.7, ports: [{port: 80}]}',
  'metadata: {name: "web; rm -rf /"}\nspec: {clusterIP: 10.96.0.7, ports: [{port: 80}]}',
  'metadata: {name: "$(id)"}\nspec: {clusterIP: 10.96.0.7, ports: [{port: 80}]}',
  'metadata: {name: web, namespace: "a b"}\nspec: {clusterIP: 10.96.0.7, ports: [{port: 80}]}',
  'metadata: {name: web, namespace: "a\\n10.0.0.1 bank.example.com"}\nspec: {clusterIP: None}',
  'metadata: {name: web}\nspec: {clusterIP: "10.96.0.7\\nA=B", ports: [{port: 80}]}',
  'metadata: {name: web}\nspec: {clusterIP: "10.96.0.7;id", ports: [{port: 80}]}',
  'metadata: {name: web}\nspec: {clusterIP: 10.96.0.7, ports: [{name: "a`id`", port: 80}]}',
  'metadata: {name: web}\nspec: {clusterIP: 10.96.0.7, ports: [{name: "a\\"b", port: 80}]}',
  'metadata: {name: web}\nspec: {clusterIP: 10.96.0.7, ports: [{port: 80, protocol: "TCP\\nX=Y"}]}',
  'metadata: {name: web}\nspec: {type: ExternalName, externalName: "a.com.\\nevil 5 IN A 10.0.0.1"}',
  'metadata: {name: web}\nspec: {type: ExternalName, externalName: "a.com ; comment"}',
  'metadata: {name: web}\nspec: {type: ExternalName, externalName: "$INCLUDE /etc/passwd"}',
  'metadata: {name: web}\nspec: {clusterIP: None, selector: {app: web}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {hostname: "a\\nb", subdomain: web, containers: [{name: main, image: web}]}',
  'metadata: {name: web}\nspec: {clusterIP: None}\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\nsubsets: [{addresses: [{ip: 10.244.0.7, hostname: "a b"}]}]',
  'metadata: {name: web}\nspec: {clusterIP: None}\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: web}\nsubsets: [{addresses: [{ip: "10.244.0.7\\nx"}]}]',
];

describe('hostile text', () => {
  it.each(HOSTILE)('%s', async (rest) => {
    const stdin = `apiVersion: v1\nkind: Service\n${rest}\n`;
    for (const form of ['zone', 'hosts', 'env', 'json']) {
      const namespace = form === 'zone' ? [] : ['--for-namespace', 'default'];
      const { code, stdout, stderr } = await run(['names', '-f', '-', '-o', form, ...namespace], { stdin });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^<stdin>:\d+:\d+: error: /);
    }
  });
});
