/** What deploy/ asks of a cluster and of a node, and that it works as far as that can be tried without a cluster. */
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call -- YAML of any form */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ignore from 'ignore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { startApiServer } from '../helpers/api-server.ts';
import { run } from '../helpers/cli.ts';
import { asKubectl, clusterOf } from '../helpers/cluster-objects.ts';
import { whyNoPrograms } from '../helpers/programs.ts';

const ROOT = join(import.meta.dirname, '../..');
const DEPLOY = join(ROOT, 'deploy');
const BASE = join(DEPLOY, 'base');
const OVERLAYS = readdirSync(join(DEPLOY, 'overlays')).map((name) => join(DEPLOY, 'overlays', name));

const read = (path: string): any => parse(readFileSync(path, 'utf8'));
const all = (path: string): readonly any[] =>
  parseAllDocuments(readFileSync(path, 'utf8')).map((one) => one.toJS());

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-deploy-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const daemonSet = read(join(BASE, 'daemonset.yaml'));
const pod = daemonSet.spec.template.spec;
const [container] = pod.containers;

describe('the manifests of deploy', () => {
  it('pass the own lint', async () => {
    expect(await run(['lint', '-f', DEPLOY, '-R', '--strict'])).toMatchObject({ code: 0, stdout: '' });
    expect((await run(['lint', '-f', BASE, '--strict'])).stderr).toContain('nothing found in 7 objects');
  });

  it.each([BASE, ...OVERLAYS])('%s names files that are there, and all of them', (path) => {
    const { resources } = read(join(path, 'kustomization.yaml')) as { readonly resources: readonly string[] };
    for (const resource of resources) expect(existsSync(join(path, resource))).toBe(true);
    const own = readdirSync(path).filter((name) => name !== 'kustomization.yaml');
    expect(resources.filter((name) => !name.startsWith('../')).sort()).toEqual(own.sort());
  });

  it('let the account read what kube-proxy reads, and nothing else', () => {
    const [account, role, binding] = all(join(BASE, 'account.yaml'));
    expect(role.rules).toEqual([
      { apiGroups: [''], resources: ['services', 'nodes'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ]);
    expect(binding.roleRef).toEqual({
      apiGroup: 'rbac.authorization.k8s.io',
      kind: role.kind,
      name: role.metadata.name,
    });
    const { name, namespace } = account.metadata;
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name, namespace }]);
    expect([pod.serviceAccountName, daemonSet.metadata.namespace]).toEqual([name, namespace]);
    expect(read(join(BASE, 'namespace.yaml')).metadata.name).toBe(namespace);
  });

  it('give the pod the network of the node and NET_ADMIN, and nothing else', () => {
    expect(container.securityContext).toEqual({
      runAsUser: 0,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
    });
    expect({ ...pod, containers: undefined }).toEqual({
      serviceAccountName: 'svc2ipt',
      automountServiceAccountToken: true,
      hostNetwork: true,
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ operator: 'Exists' }],
      terminationGracePeriodSeconds: 10,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod.containers).toHaveLength(1);
    expect(Object.keys(container).sort()).toEqual(
      ['args', 'env', 'image', 'livenessProbe', 'name', 'ports', 'readinessProbe', 'resources', 'securityContext'],
    ); // prettier-ignore
  });

  it('serve metrics and probes at one port', () => {
    const [{ name, containerPort }] = container.ports;
    expect(container.args.at(-1)).toBe(`--metrics-listen=$(HOST_IP):${containerPort}`);
    expect([container.readinessProbe, container.livenessProbe].map(({ httpGet }) => httpGet)).toEqual([
      { path: '/healthz', port: name },
      { path: '/livez', port: name },
    ]);
    const { spec } = read(join(BASE, 'service.yaml'));
    expect(spec).toEqual({
      clusterIP: 'None',
      selector: daemonSet.spec.template.metadata.labels,
      ports: [{ name, port: containerPort, targetPort: name, protocol: 'TCP' }],
    });
    const monitor = read(join(DEPLOY, 'overlays/podmonitor/podmonitor.yaml')).spec;
    expect(monitor.selector.matchLabels).toEqual(daemonSet.spec.template.metadata.labels);
    expect(monitor.podMetricsEndpoints[0]).toMatchObject({ port: name, path: '/metrics' });
  });

  it('change in overlays only what these are for', () => {
    const patched = (name: string): any => {
      const changed = structuredClone(daemonSet);
      for (const { target, patch } of read(join(DEPLOY, 'overlays', name, 'kustomization.yaml')).patches) {
        expect(target).toEqual({ kind: 'DaemonSet', name: daemonSet.metadata.name });
        for (const { op, path, value } of parse(patch)) {
          expect(op).toBe('add');
          add(changed, path.slice(1).split('/'), value);
        }
      }
      return changed.spec.template.spec;
    };
    const legacy = patched('iptables-legacy');
    expect(legacy.containers[0].securityContext.capabilities).toEqual({
      drop: ['ALL'],
      add: ['NET_ADMIN', 'NET_RAW'],
    });
    const textfile = patched('textfile');
    expect(textfile.containers[0].args).toEqual([...container.args, '--metrics-file=/textfile/svc2ipt.prom']);
    expect(textfile.containers[0].volumeMounts).toEqual([{ name: 'textfile', mountPath: '/textfile' }]);
    expect(textfile.volumes.map((volume: any) => volume.name)).toEqual(['textfile']);
  });
});

/** The operation `add` of JSON Patch, RFC 6902. */
function add(target: any, [step = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) {
    expect(target[step]).toBeDefined();
    add(target[step], rest, value);
  } else if (Array.isArray(target)) {
    expect(step).toBe('-');
    target.push(value);
  } else target[step] = value;
}

describe('the arguments of the DaemonSet', () => {
  it('run the real program, which is well and ends when it is told to', async () => {
    const port = await freePort();
    const programs = await fakePrograms();
    const server = await startApiServer({ objects: clusterOf(3), token: 'right' });
    const words = argumentsFor({ NODE_NAME: 'node-1', HOST_IP: '127.0.0.1' }).map((word) => word.replace('9464', String(port)));
    const kubeconfig = server.kubeconfig(folder, { token: 'right' });
    const child = spawn(process.execPath, [join(ROOT, 'bin/svc2ipt.js'), ...words, '--kubeconfig', kubeconfig], {
      env: { PATH: programs },
      stdio: 'pipe',
    });
    const ended = once(child, 'exit');
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    await Promise.race([once(child.stdout, 'data'), ended]);
    expect({ stdout, stderr }).toEqual({ stdout: 'the node is programmed as the cluster says\n', stderr: '' });
    for (const path of ['/healthz', '/livez', '/metrics']) {
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(200);
    }
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await server.close();
  }); // prettier-ignore

  it('name every variable that the DaemonSet sets from the node', () => {
    const env = container.env as readonly { readonly name: string; readonly valueFrom: unknown }[];
    expect(env).toEqual([
      { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      { name: 'HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
    ]);
  });
});

/** The arguments as kubelet passes them on. */
const argumentsFor = (variables: Readonly<Record<string, string>>): readonly string[] =>
  (container.args as readonly string[]).map((word) =>
    word.replace(/\$\((\w+)\)/g, (_, name: string) => variables[name] ?? `no ${name}`),
  );

/** A folder with programs of a node in mode iptables. */
async function fakePrograms(): Promise<string> {
  const [programs, manifests, dump] = [
    join(folder, 'bin'),
    join(folder, 'cluster.json'),
    join(folder, 'node.save'),
  ];
  mkdirSync(programs);
  writeFileSync(manifests, asKubectl(clusterOf(3)));
  await run(['compile', '-f', manifests, '--node-name', 'node-1', '-o', dump]);
  for (const [name, script] of [
    ['iptables-save', `cat ${dump}`],
    ['iptables-legacy-save', 'exit 0'],
    ['nft', 'exit 0'],
  ] as const) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  return programs;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  return port;
}

describe('the Dockerfile', () => {
  const instructions = readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => /^([A-Z]+)\s+(.*)$/.exec(line)!.slice(1) as [name: string, rest: string]);
  const of = (name: string): readonly string[] => instructions.flatMap(([own, rest]) => (own === name ? [rest] : []));
  const copied = of('COPY').flatMap((rest) => (rest.startsWith('--from=') ? [] : rest.split(/\s+/).slice(0, -1)));

  it('copies what is in the repository, and lets nothing else in', () => {
    const ignored = ignore().add(readFileSync(join(ROOT, '.gitignore'), 'utf8'));
    for (const path of copied) {
      const isFolder = statSync(join(ROOT, path)).isDirectory();
      expect(ignored.ignores(isFolder ? `${path}/` : path)).toBe(false);
    }
    const letIn = readFileSync(join(DEPLOY, 'Dockerfile.dockerignore'), 'utf8').match(/(?<=^!).+$/gm);
    expect([...copied].sort()).toEqual([...(letIn ?? [])].sort());
  });

  it('copies what the build runs', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const named = [...scripts['build']!.matchAll(/\S+\.js(?:on)?\b/g)].map(([path]) => path);
    expect(named.length).toBeGreaterThan(2);
    expect(named.map((path) => path.split('/')[0]).filter((path) => !copied.includes(path ?? ''))).toEqual([]);
    expect(scripts['prepare']).toBe('npm run build');
  });

  it('runs a file of the package, with the programs that svc2ipt asks', () => {
    const [entry] = of('ENTRYPOINT');
    const [program, script = ''] = JSON.parse(entry ?? '') as readonly string[];
    const [prefix, inside = ''] = script.split('/lib/node_modules/svc2ipt/');
    expect([program, prefix]).toEqual(['node', '/opt/svc2ipt']);
    const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly files: readonly string[] };
    expect(files).toContain(`${dirname(inside)}/`);
    expect(existsSync(join(ROOT, inside))).toBe(true);
    expect(files.some((path) => path.startsWith('deploy'))).toBe(false);
    const installed = /apt-get install \S+ \S+ ([a-z0-9 ]+)/.exec(of('RUN').join('\n'))?.[1]?.trim().split(' ');
    expect(installed).toEqual(['iptables', 'nftables', 'ipset', 'ipvsadm', 'iproute2']);
    expect(of('FROM').map((rest) => rest.split(' ')[0])).toEqual(['node:20-bookworm-slim', 'node:20-bookworm-slim']);
  });
}); // prettier-ignore

const missing =
  process.getuid?.() === 0
    ? whyNoPrograms('DEPLOY', 'iptables, nftables and util-linux', [
        ['iptables-nft-restore', '--version'],
        ['iptables-legacy', '--version'],
        ['nft', '--version'],
        ['setpriv', '--version'],
        ['unshare', '--version'],
      ])
    : 'not root';

describe.skipIf(missing !== undefined)('a kernel, with the capabilities of the DaemonSet and a read-only root', () => {
  /**
   * Loads the rules of a cluster into a network of its own, makes the root read-only, and compares there with no more
   * than these capabilities.
   */
  async function compare(restore: string, format: readonly string[], capabilities: readonly string[]): Promise<string> {
    const place = mkdtempSync(join(folder, 'root-'));
    const [manifests, rules] = [join(place, 'cluster.json'), join(place, 'rules')];
    writeFileSync(manifests, asKubectl(clusterOf(2)));
    const settings = ['-f', manifests, '--node-name', 'node-1', '--kube-proxy-version', '1.30', ...format];
    await run(['compile', ...settings, '--format', 'restore', '-o', rules]);
    const [inner, given] = [join(place, 'mnt'), ['-all', ...capabilities.map((name) => `+${name.toLowerCase()}`)].join(',')];
    mkdirSync(inner);
    const script = [
      'set -e',
      `${restore} ${rules}`,
      'mount --make-rprivate /',
      `mount --rbind / ${inner}`,
      `mount -o remount,ro,bind ${inner}`,
      `exec chroot ${inner} setpriv --inh-caps=${given} --bounding-set=${given} --no-new-privs sh -c 'if touch /written 2>/dev/null; then echo the root can be written; fi; exec "$@"' sh "$@"`,
    ].join('\n');
    const words = [process.execPath, join(ROOT, 'bin/svc2ipt.js'), 'diff', ...settings, '-q'];
    const { stdout, stderr } = spawnSync('unshare', ['-n', '-m', 'sh', '-c', script, 'sh', ...words], { encoding: 'utf8' });
    return stdout + stderr;
  }
  const { add: granted } = (container.securityContext as { readonly capabilities: { readonly add: readonly string[] } }).capabilities;
  const FINE = /^2 Services equal; kube-proxy 1\.30, .*\n$/;

  it('reads rules of iptables-nft', async () => {
    expect(await compare('iptables-nft-restore --noflush', [], granted)).toMatch(FINE);
  });

  it('reads rules of mode nftables', async () => {
    expect(await compare('nft -f', ['--proxy-mode', 'nftables', '--feature-gates', 'NFTablesProxyMode=true'], granted)).toMatch(FINE);
  });

  it('reads rules of iptables-legacy only with a raw socket', async () => {
    expect(await compare('iptables-legacy-restore --noflush', [], granted)).toContain('[node-unreadable]');
    expect(await compare('iptables-legacy-restore --noflush', [], [...granted, 'NET_RAW'])).toMatch(FINE);
  });
}); // prettier-ignore
