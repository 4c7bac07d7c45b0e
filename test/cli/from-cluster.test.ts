/** `--from-cluster`: commands read the stand-in API server as they read files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type ApiServer,
  PATHS,
  refuse,
  say,
  startApiServer,
  type StandInOptions,
} from '../helpers/api-server.ts';
import { run, type Run } from '../helpers/cli.ts';
import { asKubectl, clusterOf, service, slice } from '../helpers/cluster-objects.ts';

const ROOT = join(import.meta.dirname, '../..');
const CLUSTER = clusterOf(3);

let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-cluster-'));
  file = join(folder, 'cluster.json');
  writeFileSync(file, asKubectl(CLUSTER));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const servers: ApiServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(options: StandInOptions = {}): Promise<ApiServer> {
  const server = await startApiServer({ objects: CLUSTER, ...options });
  servers.push(server);
  return server;
}

/** The options that read a server. */
const from = (server: ApiServer, user = {}, cluster = {}): readonly string[] => [
  '--from-cluster',
  '--kubeconfig',
  server.kubeconfig(folder, user, cluster),
];

const compile = async (server: ApiServer, ...more: readonly string[]): Promise<Run> =>
  run(['compile', ...from(server), '--node-name', 'node-1', ...more]);

describe('a cluster', () => {
  it.each([
    ['compile', ['--node-name', 'node-1']],
    ['lint', ['-o', 'json']],
    ['list', ['-o', 'wide', '--node-name', 'node-1']],
    ['names', []],
    ['graph', ['--node-name', 'node-1']],
    ['trace', ['--to', 'shop/web-1:80', '--node-name', 'node-1']],
  ])('gives %s what its objects in a file give', async (command, words) => {
    const ofCluster = await run([command, ...from(await start()), ...words]);
    const ofFile = await run([command, '-f', file, ...words]);
    expect(ofCluster).toEqual(ofFile);
    expect(ofFile.code).not.toBe(2);
    expect(ofFile.stdout).not.toBe('');
  });

  it('is one side of diff', async () => {
    const dump = join(folder, 'node.save');
    const server = await start();
    await run(['compile', '-f', file, '--node-name', 'node-1', '-o', dump]);
    const words = ['--node-name', 'node-1', '--live', dump];
    expect(await run(['diff', ...from(server), ...words])).toMatchObject({ code: 0, stderr: '' });
    server.apply('endpointslices', { ...slice(1), endpoints: [] });
    const { code, stdout } = await run(['diff', ...from(server), ...words]);
    expect(code).toBe(1);
    expect(stdout).toContain('shop/web-1');
    expect((await run(['diff', ...from(server), ...words, '--behaviour'])).code).toBe(1);
  });

  it('is read once for both sides of a diff of releases, and not for other manifests', async () => {
    const server = await start();
    expect((await run(['diff', ...from(server), '--against-version', '1.30'])).code).not.toBe(2);
    expect(server.questions).toHaveLength(3);
    const other = await run(['diff', ...from(server), '--against-filename', file]);
    expect(other).toMatchObject({ code: 0, stderr: '' });
    expect(server.questions).toHaveLength(6);
  });

  it('is read once for many nodes', async () => {
    const server = await start();
    const dumps = mkdtempSync(join(folder, 'dumps-'));
    for (const name of ['node-1.save', 'node-2.save'])
      await run(['compile', '-f', file, '--node-name', 'node-1', '-o', join(dumps, name)]);
    const { code } = await run(['diff', ...from(server), '--live', dumps]);
    expect(code).not.toBe(2);
    expect(server.questions).toHaveLength(3);
  });

  it('is read beside files: a new manifest is held against what runs', async () => {
    const added = join(folder, 'new.json');
    const taken = { apiVersion: 'v1', kind: 'Service', ...service(9) };
    writeFileSync(
      added,
      JSON.stringify({
        ...taken,
        spec: { ...(service(9)['spec'] as object), clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'] },
      }),
    );
    const { code, stdout } = await run(['lint', '-f', added, ...from(await start())]);
    expect(code).toBe(1);
    expect(stdout).toContain('cluster-ip-conflict');
    expect(stdout).toContain('<cluster>/services/shop/web-0');
  });

  it('names objects where files have lines', async () => {
    const wrong = {
      ...service(1),
      spec: { ...(service(1)['spec'] as object), sessionAffinity: 'Sometimes' },
    };
    const server = await start({ objects: { ...CLUSTER, services: [wrong] } });
    const text = await run(['lint', ...from(server)]);
    const { stderr } = await run(['compile', ...from(server)]);
    expect(stderr).toMatch(
      /^<cluster>\/services\/shop\/web-1: error: Service shop\/web-1: spec\.sessionAffinity: /,
    );
    expect(text.stdout + text.stderr).toContain('<cluster>/services/shop/web-1: error: ');
    const json = await run(['compile', ...from(server), '--diagnostics', 'json']);
    expect(JSON.parse(json.stderr.split('\n')[0] ?? '')).toMatchObject({
      file: '<cluster>/services/shop/web-1',
      line: null,
      column: null,
    });
    const github = await run(['compile', ...from(server), '--diagnostics', 'github']);
    expect(github.stderr).toMatch(/^::error title=/);
    const sarif = await run(['lint', ...from(server), '-o', 'sarif']);
    expect(sarif.stdout).toContain('"uri": "cluster/services/shop/web-1"');
    expect(sarif.stdout).not.toContain('"startLine": 0');
    const markdown = await run(['lint', ...from(server), '-o', 'markdown']);
    expect(markdown.stdout).toContain('&#60;cluster&#62;/services/shop/web-1</code>');
  });

  it('may be an old one, with slices of v1beta1 or with Endpoints only', async () => {
    const expected = (await run(['compile', '-f', file, '--node-name', 'node-1'])).stdout;
    const others = { '/api/v1/services': 'services', '/api/v1/nodes': 'nodes' } as const;
    const beta = { ...others, '/apis/discovery.k8s.io/v1beta1/endpointslices': 'endpointslices' } as const;
    const betaSlices = [0, 1, 2].map((number) => ({
      ...slice(number),
      endpoints: (slice(number)['endpoints'] as readonly object[]).map((endpoint) => ({
        ...endpoint,
        nodeName: undefined,
        topology: { 'kubernetes.io/hostname': 'node-1' },
      })),
    }));
    const server = await start({ paths: beta, objects: { ...CLUSTER, endpointslices: betaSlices } });
    expect(await compile(server)).toMatchObject({ code: 0, stdout: expected });
    const endpoints = [0, 1, 2].map((number) => ({
      metadata: { name: `web-${number}`, namespace: 'shop' },
      subsets: [
        {
          addresses: [{ ip: `10.244.0.${number + 10}`, nodeName: 'node-1' }],
          ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        },
      ],
    }));
    const older = await start({
      paths: { ...others, '/api/v1/endpoints': 'endpoints' },
      objects: { ...CLUSTER, endpoints },
    });
    expect(await compile(older)).toMatchObject({ code: 0, stdout: expected });
  });

  it('is asked for Services, EndpointSlices and Nodes, and for nothing else', async () => {
    const server = await start();
    await compile(server);
    expect(server.questions.map(({ path }) => path)).toEqual(Object.keys(PATHS));
  });
});

describe('what cannot be read', () => {
  const stderrOf = async (
    options: StandInOptions,
    user = {},
    more: readonly string[] = [],
  ): Promise<string> => {
    const server = await start(options);
    const { code, stdout, stderr } = await run(['compile', ...from(server, user), ...more]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    return stderr
      .replaceAll(server.url, 'SERVER')
      .replaceAll(folder, 'FOLDER')
      .replace(/kubeconfig-\d+/g, 'kubeconfig');
  };
  const refusing =
    (path: string, code: number): NonNullable<StandInOptions['instead']> =>
    (question, response) =>
      question.path.endsWith(path) && refuse(response, code);

  it('an unknown token, which is not printed', async () => {
    const stderr = await stderrOf({ token: 'right' }, { token: 'eyJ-secret' });
    expect(stderr).toBe(
      'svc2ipt: error: SERVER does not know user tester (401): its token or certificate is missing, wrong or out of date [cluster-refused]\n',
    );
  });

  it('resources that the account may not list: all of them are told', async () => {
    const may = (question: { readonly path: string }, response: Parameters<typeof refuse>[0]): boolean =>
      !question.path.endsWith('services') && refuse(response, 403);
    expect(await stderrOf({ instead: may })).toBe(
      'svc2ipt: error: the account may not list endpointslices (403): ask: kubectl --kubeconfig FOLDER/kubeconfig.yaml auth can-i list endpointslices.discovery.k8s.io --all-namespaces [cluster-refused]\n' +
        'svc2ipt: error: the account may not list nodes (403): ask: kubectl --kubeconfig FOLDER/kubeconfig.yaml auth can-i list nodes [cluster-refused]\n',
    );
  });

  it('a server without the resource', async () => {
    expect(await stderrOf({ instead: refusing('nodes', 404) })).toBe(
      'svc2ipt: error: SERVER answers 404 to the question for nodes: no [cluster-answer]\n',
    );
  });

  it.each<[string, string, string]>([
    ['a web page', '<!doctype html><title>Welcome to the shop</title><p>Come in and find out.', 'the answer is not the JSON of an API server, or it is nested too deep: "<!doctype html><title>Welcome to the shop</title><p>Come in "...'],
    ['nothing', '', 'the answer is not the JSON of an API server, or it is nested too deep: it is empty'],
    ['JSON that is cut off', '{"kind":"ServiceList","items":[{"met', 'the answer is not the JSON of an API server, or it is nested too deep: "{\\"kind\\":\\"ServiceList\\",\\"items\\":[{\\"met"'],
    ['deep JSON', '['.repeat(150) + ']'.repeat(150), `the answer is not the JSON of an API server, or it is nested too deep: "${'['.repeat(60)}"...`],
    ['another kind of list', '{"kind":"SecretList","items":[]}', 'the answer is no ServiceList: "{\\"kind\\":\\"SecretList\\",\\"items\\":[]}"'],
    ['items that are none', '{"kind":"ServiceList","items":{}}', 'the answer is no ServiceList: "{\\"kind\\":\\"ServiceList\\",\\"items\\":{}}"'],
    ['an object without a name', '{"kind":"ServiceList","items":[{"metadata":{"namespace":"shop"}}]}', 'an object in the answer is no Service with a name'],
    ['an object of another kind', '{"kind":"ServiceList","items":[{"kind":"Secret","metadata":{"namespace":"shop","name":"a"}}]}', 'an object in the answer is no Service with a name'],
    ['an object without a namespace', '{"kind":"ServiceList","items":[{"metadata":{"name":"a"}}]}', 'an object in the answer is no Service with a name'],
    ['an object that is none', '{"kind":"ServiceList","items":[7]}', 'an object in the answer is no Service with a name'],
  ])('%s', async (_, text, message) => {
    expect(await stderrOf({ instead: (_question, response) => say(response, text) })).toBe(
      `svc2ipt: error: ${message} [cluster-answer]\n`,
    );
  }); // prettier-ignore

  it('a server that is silent', async () => {
    expect(await stderrOf({ instead: () => true }, {}, ['--request-timeout', '50ms'])).toBe(
      'svc2ipt: error: SERVER: no answer within 0.05 seconds [cluster-unreachable]\n',
    );
    const silentLater: NonNullable<StandInOptions['instead']> = (_, response) => response.write('{"kind":"');
    expect(await stderrOf({ instead: silentLater }, {}, ['--request-timeout', '50ms'])).toBe(
      'svc2ipt: error: SERVER: no answer within 0.05 seconds [cluster-unreachable]\n',
    );
  });

  it('a server that is not there', async () => {
    const server = await startApiServer();
    await server.close();
    const { code, stderr } = await run(['compile', ...from(server)]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `svc2ipt: error: ${server.url}: connection refused: nothing listens there [cluster-unreachable]\n`,
    });
  });

  it.each([
    [['--kubeconfig', 'x'], '--kubeconfig'],
    [['--context', 'x'], '--context'],
    [['--request-timeout', '5s'], '--request-timeout'],
  ])('%j without a cluster', async (words, option) => {
    const { code, stderr } = await run(['compile', '-f', file, ...words]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `svc2ipt: error: ${option} needs --from-cluster [usage]\n`,
    });
  });

  it('what is no time', async () => {
    const { code, stderr } = await run(['compile', '--from-cluster', '--request-timeout', 'soon']);
    expect(code).toBe(2);
    expect(stderr).toContain('It is a time like 30s.');
  });

  it('a cluster and a golden file at once', async () => {
    const { code, stderr } = await run(['diff', '--from-cluster', '--golden', file]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'svc2ipt: error: --from-cluster and --golden exclude each other [usage]\n',
    });
  });
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe('the built program', () => {
  /** Runs it with an environment of its own. */
  async function program(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
    const child = spawn(process.execPath, [join(ROOT, 'bin/svc2ipt.js'), ...words], { env, cwd: folder });
    const texts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (part: string) => (texts.stdout += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (texts.stderr += part));
    const [code] = (await once(child, 'close')) as [Run['code']];
    return { code, ...texts };
  }

  it('reads a cluster with a token, by KUBECONFIG, and asks again when the server is busy', async () => {
    let busy = 2;
    const server = await start({
      token: 'right',
      instead: (_, response) => busy-- > 0 && refuse(response, 429, 'slow down', { 'retry-after': '0' }),
    });
    const env = { KUBECONFIG: server.kubeconfig(folder, { token: 'right' }) };
    const expected = await run(['compile', '-f', file, '--node-name', 'node-1']);
    expect(await program(['compile', '--from-cluster', '--node-name', 'node-1'], env)).toEqual(expected);
  });

  it('follows a cluster with --watch, serves metrics, and ends when it is told to', async () => {
    const server = await start();
    const dump = join(folder, 'watched.save');
    await run(['compile', '-f', file, '--node-name', 'node-1', '-o', dump]);
    const port = await freePort();
    const words = [
      ...['diff', ...from(server), '--node-name', 'node-1', '--live', dump, '--watch', '1s', '-q'],
      ...['--metrics-listen', String(port)],
    ];
    const child = spawn(process.execPath, [join(ROOT, 'bin/svc2ipt.js'), ...words], { stdio: 'pipe' });
    const ended = once(child, 'exit');
    const told: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (part: string) => told.push(part));
    await once(child.stdout, 'data');
    server.apply('endpointslices', { ...slice(1), endpoints: [] });
    await once(child.stdout, 'data');
    expect(told.join('')).toMatch(/^the node is programmed as the cluster says\nnew: shop\/web-1/);
    expect(server.questions.filter(({ isWatch }) => !isWatch)).toHaveLength(3);
    const ask = async (path: string): Promise<string> =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    expect(await ask('/metrics')).toContain('\nsvc2ipt_services_differing 1\n');
    expect(await ask('/healthz')).toBe('ok\n');
    child.kill('SIGTERM');
    expect(await ended).toEqual([1, null]);
    expect(server.watches()).toBe(0);
  });

  it('ends at once when it is told to before the cluster has answered', async () => {
    const server = await start({ instead: () => true });
    const dump = join(folder, 'ended.save');
    await run(['compile', '-f', file, '-o', dump]);
    const words = ['diff', ...from(server), '--live', dump, '--watch', '1s'];
    const child = spawn(process.execPath, [join(ROOT, 'bin/svc2ipt.js'), ...words], { stdio: 'pipe' });
    const ended = once(child, 'exit');
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    while (server.questions.length < 3) await sleep(10);
    child.kill('SIGINT');
    expect(await ended).toEqual([2, null]);
    expect(stderr).toBe('');
  });

  it('reads a cluster once for all threads that compare many nodes', async () => {
    const server = await start();
    const dumps = mkdtempSync(join(folder, 'many-'));
    const compiled = await run(['compile', '-f', file, '--node-name', 'node-1']);
    for (let node = 1; node <= 8; node++) writeFileSync(join(dumps, `node-${node}.save`), compiled.stdout);
    server.apply('endpointslices', { ...slice(1), endpoints: [] });
    const words = ['diff', ...from(server), '--live', dumps];
    // Here there are no threads: the tests are no program that they could run.
    const expected = await run(words);
    expect(expected.code).toBe(1);
    expect(expected.stdout).toContain('8 of 8 nodes');
    expect(await program(words, {})).toEqual(expected);
    expect(server.questions).toHaveLength(6);
  });

  it('does not wait without end for a plugin that gives credentials', async () => {
    const command = join(folder, 'plugin');
    writeFileSync(command, '#!/bin/sh\nsleep 600\n', { mode: 0o755 });
    const config = (await start()).kubeconfig(folder, { exec: { command } });
    const words = ['compile', '--from-cluster', '--kubeconfig', config, '--request-timeout', '300ms'];
    expect(await program(words, {})).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'svc2ipt: error: there are no credentials for user tester: its plugin gave none within 0.3 seconds (--request-timeout) [kubeconfig-invalid]\n',
    });
  });

  it('tells in one line what a kubeconfig lacks', async () => {
    expect(await program(['compile', '--from-cluster'], { HOME: folder })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'svc2ipt: error: there is no kubeconfig: name one with --kubeconfig or KUBECONFIG, or run in a pod with a service account [kubeconfig-invalid]\n',
    });
  });
});
