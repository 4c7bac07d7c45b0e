/** Whom svc2ipt asks, and as whom. No message holds a token. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AccessChoice, chooseAccess } from '../../src/api-server/account.ts';
import { type Environment } from '../../src/api-server/read-kubeconfig.ts';
import { readCluster } from '../../src/api-server/read-cluster.ts';
import { type Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { type ApiServer, kubeconfigFor, startApiServer } from '../helpers/api-server.ts';
import { clusterOf } from '../helpers/cluster-objects.ts';
import { whyNoPrograms } from '../helpers/programs.ts';

const SECRET = 'eyJ-secret-token';

/** Nobody ends a question. */
const NEVER = new AbortController().signal;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-account-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const servers: ApiServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

let files = 0;
function write(content: unknown): string {
  const path = join(folder, `file-${(files += 1)}`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Whom to ask. No plugin here is meant to take as long as a minute. */
const choose = (
  choice: Omit<AccessChoice, 'timeout'>,
  env: Environment,
  account?: string,
): ReturnType<typeof chooseAccess> => chooseAccess({ timeout: 60_000, ...choice }, env, account);

/** What is wrong with a choice, without the name of the folder. */
async function complaint(...choice: Parameters<typeof choose>): Promise<string> {
  const { value, failure } = await choose(...choice);
  expect(value).toBeUndefined();
  return plain(failure!.problem);
}

function plain(problem: Diagnostic): string {
  const text = formatDiagnostic(problem)
    .replaceAll(folder, 'FOLDER')
    .replace(/file-\d+/g, 'FILE');
  expect(text).not.toContain('secret');
  return text;
}

/** The headers of a question with this kubeconfig. */
async function headersOf(content: unknown, timeout = 60_000): Promise<unknown> {
  const access = await chooseAccess({ file: write(content), timeout }, {});
  const { value, failure } = await access.value!.credentials(NEVER);
  return failure === undefined ? value.headers : plain(failure.problem);
}

const https = (user: object = {}, cluster: object = {}): object =>
  kubeconfigFor('https://api.example:6443', user, cluster);

describe('a kubeconfig', () => {
  it('is the one that is named, else those of KUBECONFIG, else that of the user', async () => {
    const home = join(folder, 'home');
    mkdirSync(join(home, '.kube'), { recursive: true });
    writeFileSync(join(home, '.kube/config'), JSON.stringify(kubeconfigFor('https://home.example')));
    const named = write(kubeconfigFor('https://named.example'));
    const listed = write(kubeconfigFor('https://listed.example'));
    const env = { HOME: home, KUBECONFIG: listed };
    const server = async (...choice: Parameters<typeof choose>): Promise<string> =>
      (await choose(...choice)).value!.server;
    expect(await server({ file: named }, env)).toBe('https://named.example');
    expect(await server({}, env)).toBe('https://listed.example');
    expect(await server({}, { HOME: home, KUBECONFIG: '' })).toBe('https://home.example');
  });

  it('may be spread over files; the first that names something wins', async () => {
    const users = write({ users: [{ name: 'tester', user: { token: 'a' } }] });
    const one = write(kubeconfigFor('https://one.example', { token: 'b' }));
    const two = write({
      ...kubeconfigFor('https://two.example'),
      'current-context': 'other',
      contexts: [{ name: 'other', context: { cluster: 'stand-in', user: 'tester' } }],
    });
    const env = { KUBECONFIG: [join(folder, 'missing'), users, one, two].join(delimiter) };
    const access = (await choose({ context: 'other' }, env)).value!;
    expect(access.server).toBe('https://one.example');
    expect(access.kubectlOptions).toBe('--context other');
    expect((await access.credentials(NEVER)).value!.headers).toEqual({ Authorization: 'Bearer a' });
    expect((await choose({}, env)).value!.server).toBe('https://one.example');
  });

  it('must be there where it is named', async () => {
    const missing = join(folder, 'missing');
    expect(await complaint({ file: missing }, {})).toBe(
      'svc2ipt: error: FOLDER/missing: no such file [kubeconfig-invalid]',
    );
    expect(await complaint({ file: folder }, {})).toBe(
      'svc2ipt: error: FOLDER: cannot be read (EISDIR) [kubeconfig-invalid]',
    );
    expect(await complaint({}, { KUBECONFIG: missing })).toBe(
      'svc2ipt: error: FOLDER/missing: KUBECONFIG names no file that exists [kubeconfig-invalid]',
    );
  });

  it.each<[string, unknown, string]>([
    ['no YAML', `users:\n- name: a\n  user: {token: ${SECRET}\n`, 'FOLDER/FILE:3:9: error: is not the YAML of one kubeconfig [kubeconfig-invalid]'],
    ['two documents', 'kind: Config\n---\nkind: Config\n', 'FOLDER/FILE:1:1: error: is not the YAML of one kubeconfig [kubeconfig-invalid]'],
    ['nothing', '', 'FOLDER/FILE:1:1: error: is not a kubeconfig [kubeconfig-invalid]'],
    ['null', 'null', 'FOLDER/FILE:1:1: error: is not a kubeconfig [kubeconfig-invalid]'],
    ['a text', SECRET, 'FOLDER/FILE:1:1: error: is not a kubeconfig [kubeconfig-invalid]'],
    ['a number for a token', 'users:\n- name: a\n  user:\n    token: 7\n', 'FOLDER/FILE:4:12: error: users[0].user.token is not as in a kubeconfig [kubeconfig-invalid]'],
    ['a cluster without a server', 'clusters:\n- name: a\n  cluster: {}\n', 'FOLDER/FILE:1:1: error: clusters[0].cluster.server is missing [kubeconfig-invalid]'],
    ['a file that is no text', '\0', 'FOLDER/FILE:1:1: error: the file is not text: it holds a NUL character (a binary file, or UTF-16 without a byte order mark) [not-text]'],
    ['an empty entry', 'clusters: [null]', 'FOLDER/FILE:1:1: error: has an empty entry [kubeconfig-invalid]'],
    ['no context', { kind: 'Config' }, 'svc2ipt: error: the kubeconfig has no current-context: name one with --context [kubeconfig-invalid]'],
    ['a server that is none', kubeconfigFor('api.example'), 'svc2ipt: error: context stand-in: server is not the URL of an API server [kubeconfig-invalid]'],
    ['a file for a server', kubeconfigFor('file:///etc'), 'svc2ipt: error: context stand-in: server is not the URL of an API server [kubeconfig-invalid]'],
    ['a password in the URL', kubeconfigFor('https://me:secret@api.example'), 'svc2ipt: error: context stand-in: server must not hold a user or a password [kubeconfig-invalid]'],
    ['a server without TLS', kubeconfigFor('http://api.example'), 'svc2ipt: error: context stand-in: http://api.example would send credentials in the clear: use https [kubeconfig-invalid]'],
    ['a provider of old', https({ 'auth-provider': { name: 'gcp' } }), 'svc2ipt: error: context stand-in: auth-provider gcp is not supported: use an exec plugin [kubeconfig-invalid]'],
    ['a proxy of kind SOCKS', https({}, { 'proxy-url': 'socks5://a:1' }), 'svc2ipt: error: context stand-in: proxy-url of kind socks is not supported: use an HTTP proxy [kubeconfig-invalid]'],
  ])('with %s is refused', async (_, content, message) => {
    expect(await complaint({ file: write(content) }, {})).toBe(message);
  }); // prettier-ignore

  it('tells which contexts there are', async () => {
    expect(await complaint({ file: write(https()), context: 'prod' }, {})).toBe(
      'svc2ipt: error: context prod: there is no such context, or no such cluster; contexts are stand-in [kubeconfig-invalid]',
    );
  });

  it('may name a server without TLS on this machine, or where nobody is to be verified', async () => {
    for (const [server, cluster] of [
      ['http://127.0.0.1:8001', {}],
      ['http://api.example', { 'insecure-skip-tls-verify': true }],
    ] as const) {
      const access = (await choose({ file: write(kubeconfigFor(server, {}, cluster)) }, {})).value!;
      expect((await access.credentials(NEVER)).failure).toBeUndefined();
    }
  });

  it('may have a context without a user', async () => {
    const config = {
      ...https(),
      contexts: [{ name: 'stand-in', context: { cluster: 'stand-in' } }],
      users: null,
    };
    const { user, kubectlOptions } = (await choose({ file: write(config) }, {})).value!;
    expect(user).toBe('anonymous');
    expect(kubectlOptions).toMatch(/^--kubeconfig /);
  });
});

describe('credentials', () => {
  it('are a token, also of a file beside the kubeconfig, with or without a line break', async () => {
    expect(await headersOf(https({ token: SECRET }))).toEqual({ Authorization: `Bearer ${SECRET}` });
    writeFileSync(join(folder, 'token'), `${SECRET}\n`);
    expect(await headersOf(https({ token: 'older', tokenFile: 'token' }))).toEqual({
      Authorization: `Bearer ${SECRET}`,
    });
  });

  /** A plugin that is a shell script. */
  function pluginThat(script: string): string {
    const plugin = write(`#!/bin/sh\n${script}\n`);
    chmodSync(plugin, 0o755);
    return plugin;
  }

  it('are what a plugin prints', async () => {
    const command = pluginThat(`echo '{"status":{"token":"'$1-$MORE'"}}'`);
    const exec = { command, args: ['a', null], env: [{ name: 'MORE', value: 'b' }, null] };
    expect(await headersOf(https({ exec }))).toEqual({ Authorization: 'Bearer a-b' });
    expect(await headersOf(https({ exec, token: 'own' }))).toEqual({ Authorization: 'Bearer own' });
  });

  it('may be a certificate that a plugin prints', async () => {
    const status = { clientCertificateData: 'a certificate', clientKeyData: 'a key' };
    const exec = { command: pluginThat(`echo '${JSON.stringify({ status })}'`) };
    const access = await choose({ file: write(https({ exec })) }, {});
    expect((await access.value!.credentials(NEVER)).value).toMatchObject({
      cert: 'a certificate',
      key: 'a key',
    });
  });

  it.each([
    ['until they expire', '"expirationTimestamp":"2999-01-01T00:00:00Z",', ['1', '1', '1']],
    ['for a minute when they have expired', '"expirationTimestamp":"1999-01-01T00:00:00Z",', ['1', '1', '2']],
    ['for a minute when they do not say', '', ['1', '1', '2']],
  ])('of a plugin are used %s', async (_, expiration, tokens) => {
    const count = write('');
    const exec = {
      command: pluginThat(
        `echo >> ${count}; echo '{"status":{${expiration}"token":"'$(($(wc -l < ${count})))'"}}'`,
      ),
    };
    const access = await choose({ file: write(https({ exec })) }, {});
    const now = vi.spyOn(Date, 'now');
    const seen: unknown[] = [];
    for (const minutes of [0, 0.9, 1.1]) {
      now.mockReturnValue(Date.parse('2026-11-22T12:00:00Z') + minutes * 60_000);
      seen.push((await access.value!.credentials(NEVER)).value!.headers);
    }
    now.mockRestore();
    expect(seen).toEqual(tokens.map((token) => ({ Authorization: `Bearer ${token}` })));
  });

  it.each([
    ['prints something else', `echo ${SECRET}`, 'its plugin gave none'],
    ['prints null', 'echo null', 'its plugin gave none'],
    ['prints no status', 'echo {}', 'its plugin gave none'],
    ['prints a number for a token', `echo '{"status":{"token":7}}'`, 'its plugin gave none'],
    ['prints an empty token', `echo '{"status":{"token":""}}'`, 'its plugin gave none'],
    ['fails', `echo ${SECRET} >&2; exit 1`, 'its plugin gave none'],
    ['prints without end', `yes ${SECRET}`, 'its plugin printed more than 1048576 bytes'],
  ])('are missing when a plugin %s, which is not printed', async (_, script, why) => {
    expect(await headersOf(https({ exec: { command: pluginThat(script) } }))).toBe(
      `svc2ipt: error: there are no credentials for user tester: ${why} [kubeconfig-invalid]`,
    );
  });

  it('are missing when a plugin takes too long; it is killed, and its own programs are not waited for', async () => {
    const started = write('');
    const command = pluginThat(
      `trap '' TERM\necho $$ > ${started}\nsleep 20\necho '{"status":{"token":"late"}}'`,
    );
    expect(await headersOf(https({ exec: { command } }), 500)).toBe(
      'svc2ipt: error: there are no credentials for user tester: its plugin gave none within 0.5 seconds (--request-timeout) [kubeconfig-invalid]',
    );
    const pid = Number(readFileSync(started, 'utf8'));
    expect(pid).toBeGreaterThan(1);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('are asked of a plugin once for all who wait, until nobody does', async () => {
    const count = write('');
    const exec = { command: pluginThat(`echo >> ${count}\nsleep 20`) };
    const access = (await choose({ file: write(https({ exec })) }, {})).value!;
    const closing = new AbortController();
    const answers = [1, 2, 3].map(async () => access.credentials(closing.signal));
    while (readFileSync(count, 'utf8') === '') await sleep(10);
    closing.abort();
    for (const { failure } of await Promise.all(answers))
      expect(plain(failure!.problem)).toContain('ABORT_ERR');
    expect(readFileSync(count, 'utf8')).toBe('\n');
  });

  it('are missing when a plugin or its words cannot be used', async () => {
    const missing = 'svc2ipt: error: there are no credentials for user tester: ';
    expect(await headersOf(https({ exec: {} }))).toBe(`${missing}its plugin gave none [kubeconfig-invalid]`);
    expect(await headersOf(https({ exec: { command: 'a', args: ['\0'] } }))).toBe(
      `${missing}ERR_INVALID_ARG_VALUE [kubeconfig-invalid]`,
    );
    expect(await headersOf(https({}, { 'proxy-url': '::' }))).toBe(
      `${missing}ERR_INVALID_URL [kubeconfig-invalid]`,
    );
  });

  it('are missing when their files are', async () => {
    expect(await headersOf(https({ exec: { command: join(folder, 'no-plugin') } }))).toBe(
      'svc2ipt: error: there are no credentials for user tester: FOLDER/no-plugin: ENOENT [kubeconfig-invalid]',
    );
    expect(await headersOf(https({}, { 'certificate-authority': 'no-ca.crt' }))).toBe(
      'svc2ipt: error: there are no credentials for user tester: FOLDER/no-ca.crt: ENOENT [kubeconfig-invalid]',
    );
  });

  it('are those of the pod, where there is no kubeconfig', async () => {
    const account = join(folder, 'account');
    mkdirSync(account);
    writeFileSync(join(account, 'token'), SECRET);
    writeFileSync(join(account, 'ca.crt'), '');
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const access = (await choose({}, env, account)).value!;
    expect({ ...access, credentials: undefined }).toEqual({
      server: 'https://[fd00::1]:443',
      user: 'user service account of this pod',
      kubectlOptions: '',
      credentials: undefined,
    });
    expect((await access.credentials(NEVER)).value!.headers).toEqual({ Authorization: `Bearer ${SECRET}` });
    expect((await choose({}, { ...env, KUBERNETES_SERVICE_HOST: '10.96.0.1' }, account)).value!.server).toBe(
      'https://10.96.0.1:443',
    );
    for (const other of [{}, { KUBERNETES_SERVICE_HOST: 'a' }, { ...env, KUBERNETES_SERVICE_HOST: '' }]) {
      expect(await complaint({}, other, account)).toContain('there is no kubeconfig');
    }
  });
});

const missing = whyNoPrograms('TLS', 'openssl', [['openssl', 'version']]);

describe.skipIf(missing !== undefined)('TLS', () => {
  let [key, cert] = ['', ''];
  beforeAll(() => {
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const words = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ];
    const names = ['-subj', '/CN=stand-in', '-addext', 'subjectAltName=DNS:stand.in'];
    execFileSync('openssl', [...words, ...names, '-keyout', keyFile, '-out', certFile], { stdio: 'pipe' });
    [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')];
  });

  /** What is told of a server with this certificate; nothing when it can be read. */
  async function problemsWith(cluster: object, server?: (url: string) => string): Promise<string> {
    const started = await startApiServer({ objects: clusterOf(1), tls: { key, cert } });
    servers.push(started);
    const file = write(kubeconfigFor(server?.(started.url) ?? started.url, { token: SECRET }, cluster));
    const { problems } = await readCluster({ file, env: {}, timeout: 5000 });
    return problems
      .map(plain)
      .join('\n')
      .replace(/https?:\/\/127\.0\.0\.1:\d+/g, 'SERVER');
  }
  const authority = (): object => ({ 'certificate-authority-data': Buffer.from(cert).toString('base64') });

  it('is verified by the authority of kubeconfig', async () => {
    expect(await problemsWith({ ...authority(), 'tls-server-name': 'stand.in' })).toBe('');
    expect(await problemsWith({ 'insecure-skip-tls-verify': true })).toBe('');
  });

  it('is told of in plain words', async () => {
    expect(await problemsWith({})).toBe(
      'svc2ipt: error: SERVER: its certificate is signed by an authority that kubeconfig does not name: set certificate-authority there [cluster-unreachable]',
    );
    expect(await problemsWith(authority())).toBe(
      'svc2ipt: error: SERVER: its certificate is for other host names: correct server, or set tls-server-name, in kubeconfig [cluster-unreachable]',
    );
    const plainServer = await startApiServer();
    servers.push(plainServer);
    expect(await problemsWith({}, () => plainServer.url.replace('http:', 'https:'))).toBe(
      'svc2ipt: error: SERVER: it does not speak TLS as asked for: is it https, and does it take the client certificate? [cluster-unreachable]',
    );
    expect(
      await problemsWith({ 'certificate-authority-data': Buffer.from('none').toString('base64') }),
    ).toContain('SERVER: ');
  });
});
