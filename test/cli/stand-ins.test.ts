/** Manifests as they stand in git, through the command line: what stands in, how it is kept, how input is read. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Run, run, type RunOptions } from '../helpers/cli.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const inFolder = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** Runs `svc2ipt compile`; paths are told without the folder they are in. */
async function compile(argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  const result = await run(['compile', ...argv], options);
  return { ...result, stderr: result.stderr.replaceAll(`${folder}/`, '') };
}

const service = (name: string, more = '', ports = '{port: 80, targetPort: http}'): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {${more} selector: {app: ${name}}, ports: [${ports}]}
`;
const deployment = (name: string, replicas = 2): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: c, image: x, ports: [{name: http, containerPort: 8080}]}]}
`;
const WEB = service('web', 'type: LoadBalancer, externalTrafficPolicy: Local,') + deployment('web');
const SUMMARY = (count: number): string =>
  `svc2ipt: warning: ${count} values that only a cluster assigns are missing and replaced by a stand-in: ` +
  '-v names them, --assignments keeps them, --require-assigned refuses them [stand-in]\n';

describe('what stands in', () => {
  it.each([['list'], ['graph'], ['trace', '--to', 'default/web']])('is told by %s, too', async (...words) => {
    const path = inFolder('app.yaml', service('web') + deployment('web'));
    const { code, stderr } = await run([...words, '-f', path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: SUMMARY(3) });
  });

  it('is not told beside a dump, of which manifests only name the Services', async () => {
    const path = inFolder('app.yaml', service('web') + deployment('web'));
    const { stdout } = await run(['compile', '-f', path]);
    const { code, stderr } = await run(['list', '-f', path, '--live', inFolder('node.save', stdout)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('is told in one line', async () => {
    const { code, stderr } = await compile(['-f', inFolder('web.yaml', WEB)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: SUMMARY(5) });
  });

  it('is told value by value under -v, with where endpoints come from', async () => {
    const text =
      WEB +
      service('listed').replace('selector: {app: listed}, ', 'clusterIP: 10.96.0.77, ') +
      service('nothing', 'clusterIP: 10.96.0.78,', '{port: 80}').replace('selector: {app: nothing}, ', '') +
      '---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: listed}\n' +
      '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n';
    const { stderr } = await compile(['-f', inFolder('web.yaml', text), '-v']);
    expect(stderr.split('\n')).toEqual([
      'web.yaml:5:7: warning: Service default/web: spec.clusterIP: no IPv4 cluster IP is set; 10.108.255.48 stands in [stand-in]',
      'web.yaml:5:88: warning: Service default/web: spec.ports[0].nodePort: no node port is set for port 80; 32750 stands in [stand-in]',
      'web.yaml:5:7: warning: Service default/web: spec.healthCheckNodePort: no health check node port is set; 30256 stands in [stand-in]',
      'web.yaml:7:1: warning: Deployment default/web: no IPv4 address is known for pod web-0; 10.244.68.173 stands in [stand-in]',
      'web.yaml:7:1: warning: Deployment default/web: no IPv4 address is known for pod web-1; 10.244.106.62 stands in [stand-in]',
      SUMMARY(5).trimEnd(),
      'Service default/listed: endpoints from Endpoints',
      'Service default/nothing: no endpoints, as it has no selector and the input no EndpointSlice or Endpoints of it',
      'Service default/web: endpoints from workloads',
      '1 object of a kind that plays no part was skipped',
      '',
    ]);
  });

  it('is refused by --require-assigned, each value with its place, and nothing is written', async () => {
    const output = join(folder, 'out.save');
    const file = inFolder('web.yaml', WEB);
    expect(await compile(['-f', file, '--require-assigned', '-o', output])).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        'web.yaml:5:7: error: Service default/web: spec.clusterIP: no IPv4 cluster IP is set, and a stand-in is not allowed [value-missing]',
        'web.yaml:5:88: error: Service default/web: spec.ports[0].nodePort: no node port is set for port 80, and a stand-in is not allowed [value-missing]',
        'web.yaml:5:7: error: Service default/web: spec.healthCheckNodePort: no health check node port is set, and a stand-in is not allowed [value-missing]',
        'web.yaml:7:1: error: Deployment default/web: no IPv4 address is known for pod web-0, and a stand-in is not allowed [value-missing]',
        'web.yaml:7:1: error: Deployment default/web: no IPv4 address is known for pod web-1, and a stand-in is not allowed [value-missing]',
        '',
      ].join('\n'),
    });
    expect(existsSync(output)).toBe(false);
  });

  it.each<[flags: readonly string[], inRange: RegExp]>([
    [['--service-cidr', '172.30.0.0/16'], /^-A KUBE-SERVICES -d 172\.30\.\d+\.\d+\/32 /m],
    [['--service-node-port-range', '40000-40001'], /^-A KUBE-NODEPORTS -p tcp .* --dport 4000[01] /m],
    [['--pod-cidr', '192.168.7.0/28'], /--to-destination 192\.168\.7\.(1[0-4]|[1-9]):8080$/m],
    [['--cluster-cidr', '172.16.0.0/20'], /--to-destination 172\.16\.(1[0-5]|\d)\.\d+:8080$/m],
    [
      ['--cluster-cidr', '172.16.0.0/20', '--pod-cidr', '192.168.7.0/28'],
      /--to-destination 192\.168\.7\.\d+:8080$/m,
    ],
  ])('is drawn from the range given: %j', async (flags, inRange) => {
    const { code, stdout, stderr } = await compile(['-f', inFolder('web.yaml', WEB), ...flags]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: SUMMARY(5) });
    expect(stdout).toMatch(inRange);
  });

  it.each<[flags: readonly string[], stderr: string]>([
    [
      ['--service-node-port-range', '40000-40000'],
      'svc2ipt: error: --service-node-port-range 40000-40000 has not enough room: 2 values are needed and 1 are in it, those included that are set [pool-exhausted]\n',
    ],
    [
      ['--pod-cidr', '192.168.7.0/31'],
      'svc2ipt: error: --pod-cidr 192.168.7.0/31 has not enough room: 2 values are needed and 0 are in it, those included that are set [pool-exhausted]\n',
    ],
    [
      ['--service-cidr', 'fd00:10:96::/112'],
      'web.yaml:5:21: error: Service default/web: spec.ipFamilies[0]: Invalid value: "IPv4": not configured on this cluster [api-invalid]\n',
    ],
  ])('needs room: %j', async (flags, stderr) => {
    expect(
      await compile([
        '-f',
        inFolder('web.yaml', WEB.replace('spec: {', 'spec: {ipFamilies: [IPv4], ')),
        ...flags,
      ]),
    ).toEqual({
      code: 2,
      stdout: '',
      stderr,
    });
  });

  it('keeps away from what is set', async () => {
    const web = await compile(['-f', inFolder('web.yaml', WEB), '-v']);
    const drawn = [...web.stderr.matchAll(/(\S+) stands in \[stand-in\]$/gm)].map(([, value]) => value);
    expect(drawn).toEqual(['10.108.255.48', '32750', '30256', '10.244.68.173', '10.244.106.62']);
    const other =
      service('other', 'type: NodePort, clusterIP: 10.108.255.48,', '{port: 1, nodePort: 32750}') +
      `---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: other}\nsubsets: [{addresses: [{ip: 10.244.68.173}], ports: [{port: 1}]}]\n`;
    const both = await compile(['-f', inFolder('web.yaml', WEB + other), '-v']);
    const moved = [...both.stderr.matchAll(/(\S+) stands in \[stand-in\]$/gm)].map(([, value]) => value);
    expect(moved.filter((value) => drawn.includes(value))).toEqual(['30256', '10.244.106.62']);
    expect(moved).toHaveLength(5);
  });
});

const ASSIGNED = `apiVersion: svc2ipt/v1
kind: Assignments
clusterIPs:
  default/web IPv4: "10.108.255.48"
nodePorts:
  default/web 80: 32750
healthCheckNodePorts:
  default/web: 30256
podIPs:
  Deployment default/web 0 IPv4: "10.244.68.173"
  Deployment default/web 1 IPv4: "10.244.106.62"
`;

describe('--assignments', () => {
  it('writes what stood in, says no more of it, and gives the same rules again', async () => {
    const file = inFolder('web.yaml', WEB);
    const pinned = join(folder, 'assignments.yaml');
    const first = await compile(['-f', file, '--assignments', pinned, '--write-assignments']);
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: SUMMARY(5) });
    expect(readFileSync(pinned, 'utf8')).toBe(ASSIGNED);
    expect(first.stdout).toBe((await compile(['-f', file])).stdout);
    const again = { code: 0, stdout: first.stdout, stderr: '' };
    expect(await compile(['-f', file, '--assignments', pinned])).toEqual(again);
    expect(await compile(['-f', file, '--assignments', pinned, '--require-assigned'])).toEqual(again);
    expect(await compile(['-f', file, '--assignments', pinned, '--write-assignments'])).toEqual(again);
    expect(readFileSync(pinned, 'utf8')).toBe(ASSIGNED);
  });

  it('decides, whatever would stand in', async () => {
    const pinned = inFolder(
      'a.yaml',
      ASSIGNED.replace('10.108.255.48', '10.96.1.1').replace('32750', '30001'),
    );
    const { stdout } = await compile(['-f', inFolder('web.yaml', WEB), '--assignments', pinned]);
    const plain = await compile(['-f', inFolder('web.yaml', WEB)]);
    expect(stdout).toBe(plain.stdout.replaceAll('10.108.255.48', '10.96.1.1').replaceAll('32750', '30001'));
  });

  it('is completed with what is new, and keeps what is gone', async () => {
    const pinned = inFolder('a.yaml', ASSIGNED.replace('10.108.255.48', '10.96.1.1'));
    const file = inFolder('new.yaml', service('new') + deployment('new', 1));
    const { code, stderr } = await compile(['-f', file, '--assignments', pinned, '--write-assignments']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: SUMMARY(2) });
    expect(readFileSync(pinned, 'utf8').split('\n')).toEqual([
      'apiVersion: svc2ipt/v1',
      'kind: Assignments',
      'clusterIPs:',
      expect.stringMatching(/^ {2}default\/new IPv4: "10\.\d+\.\d+\.\d+"$/),
      '  default/web IPv4: "10.96.1.1"',
      ...ASSIGNED.split('\n').slice(4, 9),
      expect.stringMatching(/^ {2}Deployment default\/new 0 IPv4: "10\.244\.\d+\.\d+"$/),
      ...ASSIGNED.split('\n').slice(9),
    ]);
  });

  it('is left alone when the manifests are wrong', async () => {
    const pinned = join(folder, 'a.yaml');
    const file = inFolder('bad.yaml', WEB.replace('port: 80', 'port: 80000'));
    const { code } = await compile(['-f', file, '--assignments', pinned, '--write-assignments']);
    expect(code).toBe(2);
    expect(existsSync(pinned)).toBe(false);
  });

  it.each<[name: string, content: string, lines: readonly string[]]>([
    [
      'a key twice',
      `${ASSIGNED}podIPs: {}\n`,
      [
        'a.yaml:12:1: error: Assignments: podIPs: the key is there twice, first on line 9, column 1; the last one counts [duplicate-key]',
      ],
    ],
    [
      'two documents',
      `${ASSIGNED}---\n${ASSIGNED}`,
      ['a.yaml:13:1: error: an assignments file holds one document, this one 2 [assignments-invalid]'],
    ],
    [
      'nothing',
      '',
      ['a.yaml:1:1: error: an assignments file holds one document, this one 0 [assignments-invalid]'],
    ],
    [
      'a manifest',
      service('web'),
      [
        'a.yaml:2:1: error: Assignments: must have apiVersion svc2ipt/v1 and kind Assignments [assignments-invalid]',
        'a.yaml:4:11: error: Assignments: metadata: unknown field; known are apiVersion, kind, clusterIPs, nodePorts, healthCheckNodePorts, proxyPorts, podIPs [assignments-invalid]',
        'a.yaml:5:7: error: Assignments: spec: unknown field; known are apiVersion, kind, clusterIPs, nodePorts, healthCheckNodePorts, proxyPorts, podIPs [assignments-invalid]',
      ],
    ],
    [
      'wrong entries',
      [
        'apiVersion: svc2ipt/v1',
        'kind: Assignments',
        'clusterIPs: {default/web IPv4: "fd00::1", web: 10.96.0.1, default/a IPv4: 10.96.0.300}',
        'nodePorts: {default/web 80: "30000", default/b 80: 31000, default/c 80: 31000}',
        'podIps: {}',
      ].join('\n'),
      [
        'a.yaml:5:9: error: Assignments: podIps: unknown field; known are apiVersion, kind, clusterIPs, nodePorts, healthCheckNodePorts, proxyPorts, podIPs [assignments-invalid]',
        'a.yaml:3:32: error: Assignments: clusterIPs[default/web IPv4]: fd00::1 is an IPv6 address, unlike its key [assignments-invalid]',
        'a.yaml:3:48: error: Assignments: clusterIPs.web: the key must have the form "namespace/name IPv4" [assignments-invalid]',
        'a.yaml:3:75: error: Assignments: clusterIPs[default/a IPv4]: must be an IP address [assignments-invalid]',
        'a.yaml:4:29: error: Assignments: nodePorts[default/web 80]: must be a port number, 1 to 65535 [assignments-invalid]',
        'a.yaml:4:73: error: Assignments: nodePorts[default/c 80]: 31000 is already given to nodePorts[default/b 80] [assignments-invalid]',
      ],
    ],
  ])('tells what is wrong with the file: %s', async (_, content, lines) => {
    const pinned = inFolder('a.yaml', content);
    const { code, stdout, stderr } = await compile([
      '-f',
      inFolder('web.yaml', WEB),
      '--assignments',
      pinned,
    ]);
    expect({ code, stdout, lines: stderr.trimEnd().split('\n') }).toEqual({ code: 2, stdout: '', lines });
  });

  it.each<[argv: readonly string[], stderr: string]>([
    [
      ['--assignments', 'nowhere/a.yaml'],
      'svc2ipt: error: nowhere/a.yaml: no such file or directory [file-unreadable]\n',
    ],
    [
      ['--assignments', 'nowhere/a.yaml', '--write-assignments'],
      'svc2ipt: error: nowhere/a.yaml: no such file or directory [file-unwritable]\n',
    ],
    [['--write-assignments'], 'svc2ipt: error: --write-assignments needs --assignments FILE [usage]\n'],
  ])('needs a file: %j', async (argv, stderr) => {
    const result = await compile([
      '-f',
      inFolder('web.yaml', service('web', 'clusterIP: 10.96.0.9,')),
      ...argv,
    ]);
    expect(result).toEqual({ code: 2, stdout: '', stderr });
  });
});

const NAMES = ['api', 'auth', 'billing', 'cart', 'catalog', 'mail', 'orders', 'search', 'stock', 'users'];
const application = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [service(name, 'type: NodePort,'), deployment(name)]);

/** The lines that only one of two outputs has and that do not belong to the Service. */
function foreignChanges(before: string, after: string, name: string): readonly string[] {
  const [old, now] = [before, after].map((text) => new Set(text.split('\n')));
  const own = [
    ...`${before}\n${after}`.matchAll(/^-A (KUBE-\S+) .*"default\/(\S+?)[" ].*?(?:-j (KUBE-\S+))?$/gm),
  ]
    .filter(([, , owner]) => owner === name)
    .flatMap(([, chain = '', , target = '']) => [chain, target])
    .filter((chain) => /^KUBE-(SVC|SEP|EXT)-/.test(chain));
  const changed = [
    ...[...(old ?? [])].filter((line) => now?.has(line) === false),
    ...[...(now ?? [])].filter((line) => old?.has(line) === false),
  ];
  expect(changed.length).toBeGreaterThan(0);
  return changed.filter(
    (line) => !line.includes(`"default/${name}`) && !own.some((chain) => line.includes(chain)),
  );
}

describe('a golden file', () => {
  const compiled = async (documents: readonly string[]): Promise<string> => {
    const { code, stdout } = await compile(['-f', '-'], { stdin: documents.join('') });
    expect(code).toBe(0);
    return stdout;
  };

  it.each(NAMES)('changes only in the lines of %s when it goes, comes back or is renamed', async (name) => {
    const all = await compiled(application(NAMES));
    const without = await compiled(application(NAMES.filter((other) => other !== name)));
    expect(foreignChanges(all, without, name)).toEqual([]);
    const renamed = await compiled(
      application(NAMES.map((other) => (other === name ? `${name}-v2` : other))),
    );
    expect(foreignChanges(without, renamed, `${name}-v2`)).toEqual([]);
  });

  it('changes only in the lines of the Service whose Deployment is scaled', async () => {
    const documents = application(NAMES);
    const scaled = documents.map((document) =>
      document.replace(/name: cart}\nspec:\n {2}replicas: 2/, 'name: cart}\nspec:\n  replicas: 4'),
    );
    expect(scaled).not.toEqual(documents);
    expect(foreignChanges(await compiled(documents), await compiled(scaled), 'cart')).toEqual([]);
  });

  it('is the same in any order of documents and files, and so are assignments', async () => {
    const documents = application(NAMES);
    const files = documents.map((document, index) => inFolder(`${index}.yaml`, document));
    const expected = await compiled(documents);
    expect(await compiled(documents.toReversed())).toBe(expected);
    const written = async (order: readonly string[], name: string): Promise<string> => {
      const pinned = join(folder, name);
      const flags = order.flatMap((file) => ['-f', file]);
      const { stdout } = await compile([...flags, '--assignments', pinned, '--write-assignments']);
      expect(stdout).toBe(expected);
      return readFileSync(pinned, 'utf8');
    };
    expect(await written(files.toReversed(), 'a.txt')).toBe(await written(files, 'b.txt'));
    expect((await compile(['-f', folder])).stdout).toBe(expected);
  });
});

describe('YAML as kubectl reads it', () => {
  const CRLF = WEB.replaceAll('\n', '\r\n');
  const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
  it.each<[form: string, content: string | Uint8Array]>([
    ['CRLF', CRLF],
    ['a byte order mark', `\ufeff${WEB}`],
    ['a byte order mark and CRLF', `\ufeff${CRLF}`],
    ['UTF-16, little end first', utf16(WEB)],
    ['UTF-16, big end first', utf16(CRLF).swap16()],
    ['no newline at the end', WEB.trimEnd()],
    ['documents that are closed', WEB.replaceAll('---\n', '...\n---\n').slice('...\n'.length)],
    ['empty documents and comments', `# a\n---\n---\n# b\n${WEB}---\n# c\n---\n`],
    ['directives', WEB.replaceAll('---\n', '...\n%YAML 1.1\n---\n').slice('...\n'.length)],
    ['spaces behind the separator', WEB.replaceAll('---\n', '--- # next  \n')],
  ])('gives the same bytes for %s', async (_, content) => {
    const plain = await compile(['-f', inFolder('plain.yaml', WEB)]);
    const other = await compile(['-f', inFolder('other.yaml', content)]);
    expect(other).toEqual(plain);
    expect(await compile(['-f', '-'], { stdin: content })).toEqual(plain);
  });

  it('takes values that look like other types where they are quoted, as they are meant', async () => {
    const text = WEB.replaceAll(
      'app: web',
      'app: "yes", track: "on", build: "0777", release: "1e3", none: "null"',
    );
    const plain = await compile(['-f', inFolder('web.yaml', WEB)]);
    expect(await compile(['-f', inFolder('web.yaml', text)])).toEqual(plain);
  });

  it.each<[form: string, stdin: string, lines: readonly string[]]>([
    [
      'a Helm template as it stands in the chart',
      WEB.replace('name: web', 'name: {{ include "web.fullname" . }}'),
      [
        '<stdin>:4:18: error: {{ }} is a Helm template that was not rendered; render it first: helm template CHART | svc2ipt compile -f - [helm-template]',
      ],
    ],
    [
      'a Helm value',
      WEB.replace('replicas: 2', 'replicas: {{ .Values.replicas }}'),
      [
        '<stdin>:11:13: error: {{ }} is a Helm template that was not rendered; render it first: helm template CHART | svc2ipt compile -f - [helm-template]',
      ],
    ],
    [
      'a Helm block',
      `{{- if .Values.service.enabled }}\n${WEB}{{- end }}\n`,
      [
        '<stdin>:1:1: error: {{ }} is a Helm template that was not rendered; render it first: helm template CHART | svc2ipt compile -f - [helm-template]',
        '<stdin>:17:1: error: {{ }} is a Helm template that was not rendered; render it first: helm template CHART | svc2ipt compile -f - [helm-template]',
      ],
    ],
    [
      'tabs',
      WEB.replace('  replicas: 2', '\treplicas: 2'),
      [
        '<stdin>:11:1: error: YAML is not indented with tabs; replace the tab by spaces [yaml-syntax]',
        '<stdin>:13:1: error: the indentation of this line does not fit the lines above it [yaml-syntax]',
      ],
    ],
  ])('says what to do with %s', async (_, stdin, lines) => {
    const { code, stdout, stderr } = await compile(['-f', '-'], { stdin });
    expect({ code, stdout, lines: stderr.trimEnd().split('\n') }).toEqual({ code: 2, stdout: '', lines });
  });
});

describe('near misses', () => {
  const miss = async (text: string): Promise<readonly string[]> => {
    const { code, stderr } = await compile(['-f', inFolder('app.yaml', text)]);
    expect(code).toBe(0);
    return stderr.split('\n').filter((line) => line !== '' && !/values? that only a cluster/.test(line));
  };
  const at =
    /^app\.yaml:5:19: warning: Service default\/web: spec\.selector: selects no Pod or workload; (.*) \[service-selects-nothing\]$/;

  it.each<[miss: string, text: string, lines: readonly string[]]>([
    [
      'a value',
      service('web') + deployment('web').replaceAll('app: web', 'app: wbe'),
      ['... Deployment default/web has app: "wbe", not "web"'],
    ],
    [
      'a key',
      service('web') + deployment('web').replaceAll('app: web', 'application: web'),
      ['... Deployment default/web has application: "web", but no label app'],
    ],
    [
      'one of two labels',
      service('web').replace('app: web', 'app: web, tier: front') + deployment('web'),
      ['... Deployment default/web has no label tier'],
    ],
    [
      'the namespace',
      service('web') + deployment('web').replace('{name: web}', '{name: web, namespace: shop}'),
      ['... Deployment shop/web has its labels but is in another namespace'],
    ],
    [
      'everything',
      service('web') + deployment('db'),
      ['... none in namespace default has a label like app: web'],
    ],
  ])('of a selector are explained: %s', async (_, text, lines) => {
    expect((await miss(text)).map((line) => line.replace(at, '... $1'))).toEqual(lines);
  });

  it.each<[miss: string, text: string, lines: readonly string[]]>([
    [
      'a name that no container has',
      service('web', '', '{port: 80, targetPort: htpp}') + deployment('web'),
      [
        'app.yaml:5:62: warning: Service default/web: spec.ports[0].targetPort: no container of Deployment default/web has a TCP port named "htpp"; the names are http (8080/TCP) [named-target-port-missing]',
      ],
    ],
    [
      'a name of another protocol',
      service('web', '', '{port: 80, protocol: UDP, targetPort: http}') + deployment('web'),
      [
        'app.yaml:5:77: warning: Service default/web: spec.ports[0].targetPort: no container of Deployment default/web has a UDP port named "http"; the names are http (8080/TCP) [named-target-port-missing]',
      ],
    ],
    [
      'containers without names',
      service('web') + deployment('web').replace('name: http, ', ''),
      [
        'app.yaml:5:62: warning: Service default/web: spec.ports[0].targetPort: no container of Deployment default/web has a TCP port named "http"; no port has a name [named-target-port-missing]',
      ],
    ],
  ])('of a named targetPort list the names there are: %s', async (_, text, lines) => {
    expect(await miss(text)).toEqual(lines);
  });
});
