import { type Failure, failed } from './answer.ts';

/** What TLS did not like, by the codes of Node.js. */
const TLS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is the clock of this machine right?',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for other host names: correct server, or set tls-server-name, in kubeconfig',
  EPROTO: 'it does not speak TLS as asked for: is it https, and does it take the client certificate?',
};

const UNKNOWN_AUTHORITY =
  'its certificate is signed by an authority that kubeconfig does not name: set certificate-authority there';

const AUTHORITY_CODES: ReadonlySet<string> = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
]);

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to its network',
};

/** The connection broke, which may happen to anybody once. */
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'EAI_AGAIN']);

/**
 * Says in plain words why the server cannot be reached. Only known codes are told: the text of an unknown error may
 * hold what was sent.
 */
export function explainNetworkError(
  error: unknown,
  server: string,
  timeout: number,
): { readonly failure: Failure } {
  const { code = '', name = '' } = error as { readonly code?: string; readonly name?: string };
  if (BROKEN.has(code)) {
    const message = NETWORK[code] ?? 'the connection was closed before the answer was complete';
    return failed('cluster-unreachable', `${server}: ${message}`, { retry: {} });
  }
  return failed('cluster-unreachable', `${server}: ${reasonOf(code, name, timeout)}`);
}

function reasonOf(code: string, name: string, timeout: number): string {
  if (code === 'ETIMEDOUT') return `no answer within ${timeout / 1000} seconds`;
  if (AUTHORITY_CODES.has(code)) return UNKNOWN_AUTHORITY;
  return TLS[code] ?? NETWORK[code] ?? `the question cannot be sent (${code === '' ? name : code})`;
}
