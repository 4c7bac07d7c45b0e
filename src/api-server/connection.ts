/** One question to the API server, over HTTP. */
import { type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import { type Answer, failed } from './answer.ts';
import { explainNetworkError } from './network-errors.ts';

/** How to reach the API server, and as whom. */
export interface Access {
  /** As kubeconfig names it. */
  readonly server: string;
  /** The user of kubeconfig, for messages. */
  readonly user: string;
  /** How to ask kubectl as the same account: `--context NAME`, or nothing. */
  readonly kubectlOptions: string;
  /** Headers and TLS with the credentials of this moment. The signal ends the question for them. */
  readonly credentials: (signal: AbortSignal) => Promise<Answer<RequestOptions>>;
}

/** A connection to the API server. */
export interface Connection {
  readonly access: Access;
  /** Asks; returns as soon as the headers of the answer are there. */
  readonly get: (path: string, query: Query, options: GetOptions) => Promise<Answer<IncomingMessage>>;
}

/** Parameters of a question. Those that are undefined are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

export interface GetOptions {
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the question is given up. */
  readonly timeout: number;
}

/** Makes a connection. Nothing is asked yet. */
export const connect = (access: Access): Connection => ({
  access,
  get: async (path, query, options) => {
    const credentials = await access.credentials(options.signal);
    if (credentials.failure !== undefined) return credentials;
    return ask(urlOf(access.server, path, query), credentials.value, access, options);
  },
});

function urlOf(server: string, path: string, query: Query): URL {
  const url = new URL(server);
  url.pathname = url.pathname.replace(/\/$/, '') + path;
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

function ask(
  url: URL,
  credentials: RequestOptions,
  access: Access,
  { signal, timeout }: GetOptions,
): Promise<Answer<IncomingMessage>> {
  const given = credentials.headers as OutgoingHttpHeaders | undefined;
  const headers = { ...given, accept: 'application/json', 'user-agent': 'svc2ipt' };
  const request = url.protocol === 'http:' ? requestHttp : requestHttps;
  return new Promise((resolve) => {
    const fail = (error: unknown): void => {
      resolve(explainNetworkError(error, access.server, timeout));
    };
    try {
      let received: IncomingMessage | undefined;
      const sent = request(url, { ...credentials, headers, signal, timeout }, (answer) => {
        received = answer;
        resolve({ value: answer });
      });
      // Who reads the answer is to hear that it was silent, not that the connection was closed.
      sent.on('timeout', () => (received ?? sent).destroy(TIMED_OUT));
      sent.on('error', fail);
      sent.end();
    } catch (error) {
      // A header with a character that HTTP does not allow, or a certificate that is none.
      fail(error);
    }
  });
}

/** How a question ends that got no byte for too long. */
const TIMED_OUT = Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' });

/** Reads the text of an answer. Fails when it is longer than `most` bytes, is cut off, or does not go on. */
export async function readBody(
  answer: IncomingMessage,
  most: number,
  server: string,
  timeout: number,
): Promise<Answer<string>> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > most) {
        return failed('cluster-answer', `the answer is longer than ${most} bytes, the most that is read`);
      }
      parts.push(part);
    }
  } catch (error) {
    return explainNetworkError(error, server, timeout);
  }
  return { value: Buffer.concat(parts, length).toString('utf8') };
}
