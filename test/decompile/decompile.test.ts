import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { run } from '../helpers/cli.ts';
import { ORACLE } from '../helpers/oracle.ts';

const DUMP = join(ORACLE, '30-session-affinity-loadbalancer-local/expected/1.31-1.36.iptables.save');
const DUMPS = join(import.meta.dirname, '../../fixtures/dumps');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-decompile-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const MANIFESTS = `\
apiVersion: v1
kind: Node
metadata:
  name: node-1
---
apiVersion: v1
kind: Service
metadata:
  name: sticky
  namespace: default
spec:
  type: LoadBalancer
  clusterIP: 10.96.0.46
  ipFamilies:
    - IPv4
  ipFamilyPolicy: SingleStack
  sessionAffinity: ClientIP
  sessionAffinityConfig:
    clientIP:
      timeoutSeconds: 60
  externalTrafficPolicy: Local
  healthCheckNodePort: 32003
  ports:
    - name: u
      protocol: UDP
      port: 5060
      targetPort: 5060
      nodePort: 30506
status:
  loadBalancer:
    ingress:
      - ip: 198.51.100.23
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: sticky-1
  namespace: default
  labels:
    kubernetes.io/service-name: sticky
addressType: IPv4
endpoints:
  - addresses:
      - 10.244.1.10
    conditions:
      ready: true
    nodeName: node-1
  - addresses:
      - 10.244.1.11
    conditions:
      ready: true
    nodeName: node-1
  - addresses:
      - 10.244.2.10
    conditions:
      ready: true
ports:
  - name: u
    protocol: UDP
    port: 5060
`;

const CONFIGURATION = `\
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
hostnameOverride: node-1
bindAddress: 0.0.0.0
clusterCIDR: 10.244.0.0/16
iptables:
  masqueradeBit: 14
`;

const withoutHead = (text: string): string => text.replace(/^(#.*\n)+/, '');

describe('svc2ipt decompile', () => {
  it('prints what explains a dump, and the configuration', async () => {
    const config = join(folder, 'kube-proxy.yaml');
    const { code, stdout, stderr } = await run([
      'decompile',
      DUMP,
      '--node-name',
      'node-1',
      '--config-out',
      config,
    ]);
    expect({ code, stderr, text: withoutHead(stdout) }).toEqual({ code: 0, stderr: '', text: MANIFESTS });
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      `# What explains the rules in ${DUMP}, written by kube-proxy 1.31-1.37. The same rules again:`,
      `#   svc2ipt compile -f FILE --config ${config} --kube-proxy-version 1.37`,
    ]);
    expect(readFileSync(config, 'utf8')).toBe(CONFIGURATION);
  });

  it('names every rule that it cannot explain, at its line, and exits 1', async () => {
    const lines = readFileSync(DUMP, 'utf8').split('\n');
    const at = lines.findIndex((line) => line.startsWith('-A KUBE-SVC-'));
    const odd = '-A KUBE-SVC-RLS7HUUB5LTTU4C3 -s 203.0.113.7/32 -j DROP';
    const stdin = lines.toSpliced(at, 0, odd).join('\n');
    const { code, stdout, stderr } = await run(['decompile', '-', '--node-name', 'node-1'], { stdin });
    expect(code).toBe(1);
    expect(withoutHead(stdout)).toBe(MANIFESTS);
    expect(stderr).toMatch(
      new RegExp(
        `^<stdin>:${at + 1}:1: warning: default/sticky:u/UDP: nothing explains the rule: ${odd} \\[rule-not-explained\\]\n$`,
      ),
    );
  });

  it('finds names by their hashes where comments are missing', async () => {
    const stdin = readFileSync(DUMP, 'utf8').replaceAll(/ -m comment --comment ("[^"]*"|\S+)/g, '');
    const names = join(ORACLE, '30-session-affinity-loadbalancer-local/manifests.yaml');
    const { stdout } = await run(['decompile', '-', '--names', names, '--node-name', 'node-1'], { stdin });
    const service = parseAllDocuments(stdout)[1]?.toJS() as {
      metadata: unknown;
      spec: { clusterIP: unknown };
    };
    expect(service.metadata).toEqual({ name: 'sticky', namespace: 'default' });
    expect(service.spec.clusterIP).toBe('10.96.0.46');
    const nameless = await run(['decompile', '-'], { stdin });
    expect(nameless.code).toBe(1);
    expect(parseAllDocuments(nameless.stdout)).toHaveLength(1);
    expect(nameless.stderr).toContain('KUBE-SVC-RLS7HUUB5LTTU4C3');
  });

  it('keeps names that YAML 1.1 would take for something else', async () => {
    const stdin = readFileSync(DUMP, 'utf8').replaceAll('default/sticky:u', 'no/on:1e3');
    const { stdout } = await run(['decompile', '-'], { stdin });
    expect(stdout).toContain('  name: "on"\n  namespace: "no"\n');
    const service = parseAllDocuments(stdout, { version: '1.1' })[1]?.toJS() as {
      spec: { ports: readonly unknown[] };
    };
    expect(service.spec.ports[0]).toMatchObject({ name: '1e3' });
  });

  it('leaves out what no API server takes, and says so', async () => {
    const stdin = readFileSync(DUMP, 'utf8').replaceAll('default/sticky:u', `default/${'x'.repeat(70)}:u`);
    const { code, stdout, stderr } = await run(['decompile', '-'], { stdin });
    expect(code).toBe(1);
    expect(parseAllDocuments(stdout)).toHaveLength(1);
    expect(stderr).toContain('the rules name a Service that cannot be');
  });

  it.each([
    'default/web\nkind: Secret',
    'default/web: {a: b}',
    'default/&a *a',
    "default/web' #",
    'default/web:--- ...',
  ])('lets no comment write YAML: %j', async (name) => {
    const stdin = readFileSync(DUMP, 'utf8').replaceAll('default/sticky:u', name.replaceAll('\n', '\\n'));
    const { stdout } = await run(['decompile', '-'], { stdin });
    for (const document of parseAllDocuments(stdout)) {
      const { kind, apiVersion } = document.toJS() as { kind: string; apiVersion: string };
      expect(['v1 Node', 'v1 Service', 'discovery.k8s.io/v1 EndpointSlice']).toContain(
        `${apiVersion} ${kind}`,
      );
    }
  });

  it.each([
    [['--node-name', 'Node: 1'], '--node-name Node: 1: it consists of lower case letters, digits, - and .'],
    [['--config-out', '-'], '--config-out -: the manifests are printed there; give the name of a file'],
  ])('refuses %j', async (options, message) => {
    expect(await run(['decompile', DUMP, ...options])).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: ${message} [usage]\n`,
    });
  });
});

describe('dumps of the field', () => {
  it.each(readdirSync(DUMPS).filter((name) => name.endsWith('.txt')))(
    '%s is explained, or its rest is named',
    async (name) => {
      const { code, stdout, stderr } = await run(['decompile', join(DUMPS, name)]);
      const kinds = parseAllDocuments(stdout).map(
        (document) => (document.toJS() as { kind: string } | null)?.kind,
      );
      if (code === 2) expect(stderr).not.toBe('');
      else {
        expect(kinds[0]).toBe('Node');
        expect(stderr.includes('[rule-not-explained]')).toBe(code === 1);
      }
    },
  );
});
