/** Runs the program of a kubeconfig that prints credentials. */
import { execFile, type ExecFileException } from 'node:child_process';
import { type ObjectOf } from '../schema/pieces.ts';
import { validate } from '../schema/validate.ts';
import { credentialSchema, type execSchema } from './kubeconfig-schema.ts';
import { MAX_PLUGIN_BYTES } from './limits.ts';

/** A plugin, as kubeconfig names it. */
export type ExecPlugin = ObjectOf<typeof execSchema>;

/** What a plugin gives. */
export type Credential = ObjectOf<(typeof credentialSchema)['properties']['status']>;

/** Credentials, or why there are none. The reason holds nothing that the plugin printed: that may be a token. */
export type PluginAnswer =
  | { readonly value: Credential; readonly why?: undefined }
  | { readonly value?: undefined; readonly why: string };

/** How long a plugin may take: milliseconds, and until the signal. */
export interface Patience {
  readonly timeout: number;
  readonly signal: AbortSignal;
}

const NO_CREDENTIALS: PluginAnswer = { why: 'its plugin gave none' };

/**
 * Asks a plugin for credentials. A plugin that takes too long, or prints more than
 * {@link MAX_PLUGIN_BYTES}, is killed; what it started itself is not waited for. (exec.Authenticator, client-go)
 */
export function askPlugin(plugin: ExecPlugin, patience: Patience): Promise<PluginAnswer> {
  const { command } = plugin;
  if (!hasText(command)) return Promise.resolve(NO_CREDENTIALS);
  const words = plugin.args?.map((word) => word ?? '') ?? [];
  const limits = { ...patience, maxBuffer: MAX_PLUGIN_BYTES, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    execFile(command, words, { ...limits, env: environmentOf(plugin) }, (error, stdout) => {
      resolve(error === null ? readCredential(stdout) : { why: reasonOf(error, command, patience.timeout) });
    });
  });
}

const environmentOf = ({ env }: ExecPlugin): NodeJS.ProcessEnv => ({
  ...process.env,
  ...Object.fromEntries(env?.map((variable) => [variable?.name ?? '', variable?.value ?? '']) ?? []),
});

function reasonOf({ code, killed }: ExecFileException, command: string, timeout: number): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return `its plugin printed more than ${MAX_PLUGIN_BYTES} bytes`;
  if (typeof code === 'string') return `${command}: ${code}`;
  return killed === true
    ? `its plugin gave none within ${timeout / 1000} seconds (--request-timeout)`
    : 'its plugin gave none';
}

/** Reads what a plugin printed. (ExecCredential, client.authentication.k8s.io/v1) */
function readCredential(text: string): PluginAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return NO_CREDENTIALS;
  }
  if (value === null || validate(value, credentialSchema).length > 0) return NO_CREDENTIALS;
  const { status } = value as ObjectOf<typeof credentialSchema>;
  if (status === null || status === undefined) return NO_CREDENTIALS;
  return hasText(status.token) || hasText(status.clientCertificateData) ? { value: status } : NO_CREDENTIALS;
}

/** Whether a field holds something. */
export const hasText = (text: string | null | undefined): text is string =>
  typeof text === 'string' && text !== '';
