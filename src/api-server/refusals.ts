/** Says what an answer means that is not what was asked for. */
import { type IncomingMessage } from 'node:http';
import { printable } from '../text/printable.ts';
import { type Failure, failed } from './answer.ts';
import { type Access } from './connection.ts';
import { parseAnswer } from './page.ts';
import { type ApiResource, fullNameOf } from './resources.ts';
import { readRetryAfter } from './retry.ts';

/** The status of an answer to an account that may not ask. */
export const FORBIDDEN = 403;

/** The status of an answer to a question about something that the server has forgotten. */
export const GONE = 410;

/** What was asked for. */
export interface Asked {
  readonly resource: ApiResource;
  readonly verb: 'list' | 'watch';
  readonly access: Access;
}

/** Turns an answer with another status than 200 into a failure. `text` is what the server says about it. */
export function refusal(
  { statusCode: status = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  text: string,
  asked: Asked,
  now: number,
): { readonly failure: Failure } {
  const { access, resource, verb } = asked;
  if (status === 401) {
    const message = `${access.server} does not know ${access.user} (401): its token or certificate is missing, wrong or out of date`;
    return failed('cluster-refused', message, { status });
  }
  if (status === FORBIDDEN) {
    return failed(
      'cluster-refused',
      `the account may not ${verb} ${resource.name} (403): ${questionFor(asked)}`,
      {
        status,
      },
    );
  }
  const what = `${access.server} answers ${status} to the question for ${fullNameOf(resource)}${saidBy(text)}`;
  if (status === 429 || status >= 500) {
    const after = readRetryAfter(headers['retry-after'], now);
    return failed('cluster-answer', what, { status, retry: { after } });
  }
  return failed('cluster-answer', what, { status });
}

/** How to ask kubectl whether the account may. */
function questionFor({ access, resource, verb }: Asked): string {
  const words = ['ask: kubectl', access.kubectlOptions, 'auth can-i', verb, fullNameOf(resource)];
  if (resource.isNamespaced) words.push('--all-namespaces');
  return words.filter((word) => word !== '').join(' ');
}

const LONGEST = 200;

/** The message of the server, where it sent one. */
function saidBy(text: string): string {
  const message = parseAnswer(text)?.['message'];
  if (typeof message !== 'string' || message === '') return '';
  return `: ${printable(message.length > LONGEST ? `${message.slice(0, LONGEST)}...` : message)}`;
}
