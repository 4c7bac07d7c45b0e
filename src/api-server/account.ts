/** Decides which API server to ask, and as whom: by kubeconfig, or as the account of the pod in which this runs. */
import { access as canAccess } from 'node:fs/promises';
import { isIP } from 'node:net';
import { type RequestOptions } from 'node:https';
import { type Answer, failed } from './answer.ts';
import { type Access } from './connection.ts';
import { askPlugin, type Credential, type ExecPlugin, hasText, type PluginAnswer } from './exec-plugin.ts';
import { type KubeConfig, loadKubeConfig, type User } from './load-client.ts';
import { type Environment, type KubeconfigChoice, readKubeconfig, TOKEN_FILE } from './read-kubeconfig.ts';

/** Where Kubernetes puts the token of a pod and the certificate of its API server. */
export const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Milliseconds for which credentials are used again; tokens in files change within the hour. */
const FRESH = 60_000;

/** Which kubeconfig to read, and how patiently to ask. */
export interface AccessChoice extends KubeconfigChoice {
  /** Milliseconds without a byte after which a question is given up, and that a plugin may take. */
  readonly timeout: number;
}

/**
 * Finds out whom to ask. A kubeconfig is taken where there is one; else, in a pod, its account. Nothing is sent to the
 * server yet.
 */
export async function chooseAccess(
  choice: AccessChoice,
  env: Environment,
  folder = ACCOUNT_FOLDER,
): Promise<Answer<Access>> {
  const read = await readKubeconfig(choice, env);
  if (read.failure !== undefined) return read;
  const config = read.value ?? (await configOfPod(env, folder));
  if (config === undefined) {
    return failed(
      'kubeconfig-invalid',
      'there is no kubeconfig: name one with --kubeconfig or KUBECONFIG, or run in a pod with a service account',
    );
  }
  if (choice.context !== undefined) config.setCurrentContext(choice.context);
  return accessOf(config, choice);
}

async function configOfPod(env: Environment, folder: string): Promise<KubeConfig | undefined> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = env;
  const tokenFile = `${folder}/token`;
  const hasToken = await canAccess(tokenFile).then(
    () => true,
    () => false,
  );
  if (host === '' || port === '' || !hasToken) return undefined;
  const config = new (await loadKubeConfig())();
  config.loadFromClusterAndUser(
    {
      name: 'in-cluster',
      server: `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
      caFile: `${folder}/ca.crt`,
      skipTLSVerify: false,
    },
    { name: 'service account of this pod', authProvider: { name: TOKEN_FILE, config: { tokenFile } } },
  );
  return config;
}

function accessOf(config: KubeConfig, { file, context, timeout }: AccessChoice): Answer<Access> {
  const named = config.getCurrentContext();
  const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
  if (named === '' || typeof named !== 'string') {
    return failed('kubeconfig-invalid', 'the kubeconfig has no current-context: name one with --context');
  }
  if (cluster === null) {
    const known = config.getContexts().map(({ name }) => name);
    const message = `context ${named}: there is no such context, or no such cluster; contexts are ${known.join(', ')}`;
    return failed('kubeconfig-invalid', message);
  }
  const { server } = cluster;
  const wrong = whatIsWrongWith(server, cluster.skipTLSVerify) ?? unsupported(config);
  if (wrong !== undefined) return failed('kubeconfig-invalid', `context ${named}: ${wrong}`);
  // Without TLS there is nothing to verify, which the client wants to hear.
  if (server.startsWith('http:'))
    config.getClusters().forEach((one) => Object.assign(one, { skipTLSVerify: true }));
  const options = [
    ...(file === undefined ? [] : ['--kubeconfig', file]),
    ...(context === undefined ? [] : ['--context', context]),
  ];
  return {
    value: {
      server,
      user: user === null ? 'anonymous' : `user ${user.name}`,
      kubectlOptions: options.join(' '),
      credentials: freshCredentials(config, timeout),
    },
  };
}

/** On this machine nobody listens in: `kubectl proxy` speaks no TLS. */
const OWN_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

function whatIsWrongWith(server: string, skipsVerify: boolean): string | undefined {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return 'server is not the URL of an API server';
  if (url.username !== '' || url.password !== '') return 'server must not hold a user or a password';
  return url.protocol === 'https:' || skipsVerify || OWN_HOSTS.has(url.hostname)
    ? undefined
    : `${server} would send credentials in the clear: use https`;
}

/** What this build of the client leaves out: providers that Kubernetes 1.26 removed or deprecates, and SOCKS. */
function unsupported(config: KubeConfig): string | undefined {
  const provider = config.getCurrentUser()?.authProvider as { readonly name?: string } | null | undefined;
  if (provider !== null && provider !== undefined && provider.name !== TOKEN_FILE)
    return `auth-provider ${provider.name ?? ''} is not supported: use an exec plugin`;
  const proxy = config.getCurrentCluster()?.proxyUrl;
  return proxy?.startsWith('socks') === true
    ? 'proxy-url of kind socks is not supported: use an HTTP proxy'
    : undefined;
}

/** A file of a token may end with a line break, which no header may hold. */
function trimToken({ headers }: RequestOptions): void {
  const fields = headers as Record<string, unknown>;
  const { Authorization: token } = fields;
  if (typeof token === 'string') fields['Authorization'] = token.trim();
}

type AskForCredential = (signal: AbortSignal) => Promise<PluginAnswer>;

/**
 * Returns what asks the plugin of a user: once for all who wait, and again when the credential has expired. The client
 * is not told of the plugin: it would wait for it without end.
 */
function takePlugin(user: User, timeout: number): AskForCredential | undefined {
  const plugin = user.exec as ExecPlugin | null | undefined;
  if (plugin === null || plugin === undefined) return undefined;
  Object.assign(user, { exec: undefined });
  let known: Credential | undefined;
  let asking: Promise<PluginAnswer> | undefined;
  const ask = async (signal: AbortSignal): Promise<PluginAnswer> => {
    const answer = await askPlugin(plugin, { timeout, signal });
    known = answer.value;
    asking = undefined;
    return answer;
  };
  return async (signal) => {
    const until = Date.parse(known?.expirationTimestamp ?? '');
    if (known !== undefined && until > Date.now()) return { value: known };
    return (asking ??= ask(signal));
  };
}

/** What a question begins with; the client adds to it what kubeconfig says. */
const optionsOf = ({ token, clientCertificateData, clientKeyData }: Credential): RequestOptions => ({
  headers: hasText(token) ? { Authorization: `Bearer ${token}` } : {},
  ...(hasText(clientCertificateData) && { cert: clientCertificateData }),
  ...(hasText(clientKeyData) && { key: clientKeyData }),
});

/** Asks the plugin, if there is one, and the client for headers and TLS; again when they may be out of date. */
function freshCredentials(config: KubeConfig, timeout: number): Access['credentials'] {
  let known: { readonly value: RequestOptions; readonly at: number } | undefined;
  const user = config.getCurrentUser();
  const plugin = user === null ? undefined : takePlugin(user, timeout);
  const failure = (what: string): Answer<never> =>
    failed('kubeconfig-invalid', `there are no credentials for user ${user?.name ?? ''}: ${what}`);
  return async (signal) => {
    if (known !== undefined && Date.now() - known.at < FRESH) return { value: known.value };
    try {
      const asked = await plugin?.(signal);
      if (asked?.why !== undefined) return failure(asked.why);
      const value = optionsOf(asked?.value ?? {});
      await config.applyToHTTPSOptions(value);
      trimToken(value);
      known = { value, at: Date.now() };
      return { value };
    } catch (error) {
      const { code = 'the client does not take this kubeconfig', path } = error as NodeJS.ErrnoException;
      return failure(path === undefined ? code : `${path}: ${code}`);
    }
  };
}
