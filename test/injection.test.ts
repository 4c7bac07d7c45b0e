import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../src/compile.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../src/cluster/options.ts';
import { printRestore } from '../src/modes/iptables/print-restore.ts';
import { printSave } from '../src/netfilter/iptables/print.ts';
import { formatDiagnostic } from '../src/diagnostics/format.ts';
import { rulesOf } from './helpers/rules.ts';

/** A string in every place that svc2ipt reads. */
const TEMPLATE = {
  objects: [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'web',
        namespace: 'default',
        labels: { app: 'web' },
        annotations: { note: 'a note' },
      },
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.96.0.7',
        externalIPs: ['203.0.113.7'],
        loadBalancerSourceRanges: ['203.0.113.0/24'],
        sessionAffinity: 'ClientIP',
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 32001,
        ports: [
          {
            name: 'http',
            protocol: 'TCP',
            port: 80,
            targetPort: 'http',
            nodePort: 30080,
            appProtocol: 'http',
          },
        ],
        selector: { app: 'web' },
      },
      status: { loadBalancer: { ingress: [{ ip: '198.51.100.7', hostname: 'lb.example.com' }] } },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['10.244.1.10'],
          conditions: { ready: true },
          nodeName: 'node-1',
          zone: 'zone-a',
          hostname: 'a',
        },
        {
          addresses: ['10.244.2.10'],
          conditions: { ready: true },
          nodeName: 'node-2',
          zone: 'zone-b',
          hostname: 'b',
        },
      ],
      ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    },
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-1', labels: { 'topology.kubernetes.io/zone': 'zone-a' } },
      spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] },
      status: { addresses: [{ type: 'InternalIP', address: '192.168.0.2' }] },
    },
  ],
  config: {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    bindAddress: '192.168.0.2',
    hostnameOverride: 'node-1',
    clusterCIDR: '10.244.0.0/16',
    detectLocalMode: 'ClusterCIDR',
    nodePortAddresses: ['192.168.0.0/24'],
  },
};

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The paths of all strings in the template. */
function stringPaths(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => stringPaths(inner, [...path, key]));
}

function withString(value: Json, path: readonly (string | number)[], text: string): Json {
  const [step, ...rest] = path;
  if (step === undefined) return text;
  const copy = structuredClone(value) as Record<string, Json>;
  copy[step] = withString(copy[step] ?? null, rest, text);
  return copy;
}

function outputs(input: Json): readonly string[] | undefined {
  const { objects, config } = input as { readonly objects: readonly Json[]; readonly config: Json };
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  const { value, problems } = compile({
    sources: [{ name: 'list.json', text: JSON.stringify(list) }],
    config: { name: 'config.json', text: JSON.stringify(config) },
    flags: { nodeAddresses: ['192.168.0.2'] },
    version: '1.36',
    ipFamily: 'IPv4',
    strict: false,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  });
  // What is told must not be able to fake a second line either.
  for (const problem of problems) expect(formatDiagnostic(problem)).not.toMatch(/[\r\n\u2028\p{Cc}]/u);
  return value === undefined ? undefined : [printSave(rulesOf(value)), printRestore(rulesOf(value))];
}

/** A rule without what a manifest may choose: comments, addresses, ports, hashes. What is left is its options. */
const skeleton = (line: string): string =>
  line
    .replace(/--comment (?:"(?:[^"\\]|\\["'\\])*"|[A-Za-z0-9_-]+)(?= |$)/g, '--comment C')
    .replace(/\bKUBE-(SVC|SVL|EXT|FW|SEP)-[A-Z2-7]{16}(?= |$)/g, 'KUBE-$1-H')
    .replace(/ \d+\.\d+\.\d+\.\d+(\/\d+|:\d+)?(?= |$)/g, ' A');

const skeletons = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.split('\n').map(skeleton)).toSorted();

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '"',
          "'",
          '\\',
          '\n',
          '\r',
          ' ',
          '\t',
          '-j ACCEPT',
          '-A INPUT -j ACCEPT',
          ' -m comment --comment x',
        ],
        ...[
          'COMMIT',
          '*nat',
          ':X - [0:0]',
          '#',
          '$(id)',
          '`id`',
          ';',
          '|',
          '!',
          '/0',
          '0.0.0.0/0',
          '127.0.0.1',
          ',',
        ],
        ...[
          'web',
          '10.0.0.1',
          '::1',
          '\u0000',
          '\u2028',
          '\u001b[2J',
          '{{ x }}',
          '__proto__',
          'a'.repeat(300),
          '+',
        ],
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);

describe('no string of a manifest or a configuration', () => {
  const paths = stringPaths(TEMPLATE);
  const harmless = outputs(TEMPLATE);
  const expected = new Set(skeletons(harmless ?? []));

  it('has a template to hide in that compiles', () => {
    expect(paths.length).toBeGreaterThan(40);
    expect(harmless).toBeDefined();
  });

  it('can add a rule, a line or an option to the output', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...paths), HOSTILE, (path, text) => {
        const texts = outputs(withString(TEMPLATE, path, text));
        if (texts === undefined) return;
        accepted += 1;
        expect(skeletons(texts).filter((line) => !expected.has(line) && !isOrdinary(line))).toEqual([]);
      }),
      { numRuns: 4000 },
    );
    expect(accepted).toBeGreaterThan(100);
  }, 300_000);
});

/** Words that kube-proxy's rules are made of, once comments, addresses and hashes are taken out. */
const ORDINARY = new Set(
  (
    '-s -d -i -p -m -j ! A C tcp udp sctp comment --comment addrtype --dst-type --src-type LOCAL --dport statistic ' +
    '--mode random --probability recent --set --rcheck --seconds --reap --name --mask --rsource nfacct ' +
    '--nfacct-name localhost_nps_accepted_pkts conntrack --ctstate RELATED,ESTABLISHED,DNAT REJECT --reject-with icmp-port-unreachable DROP DNAT --to-destination ' +
    'KUBE-SVC-H KUBE-SVL-H KUBE-EXT-H KUBE-FW-H KUBE-SEP-H KUBE-MARK-MASQ KUBE-NODEPORTS KUBE-SERVICES'
  ).split(' '),
);

/** A rule that a harmless other value can bring as well: another type or policy, nothing to serve, other node ports. */
function isOrdinary(line: string): boolean {
  const [append, chain = '', ...words] = line.split(/ +/);
  const ofServices =
    /^KUBE-(SERVICES|EXTERNAL-SERVICES|NODEPORTS|PROXY-FIREWALL|FIREWALL|(SVC|SVL|EXT|FW|SEP)-H)$/;
  if (append !== '-A' || !ofServices.test(chain)) return false;
  return words.every((word) => ORDINARY.has(word) || /^[\d.]+$/.test(word));
}
