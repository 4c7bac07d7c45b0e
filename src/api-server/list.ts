/** Lists all objects of a resource, page by page. */
import { type Answer, failed, type World } from './answer.ts';
import { type Connection, readBody } from './connection.ts';
import { MAX_ANSWER_BYTES, MAX_ERROR_BYTES, MAX_PAGES, MAX_RESTARTS, PAGE_SIZE } from './limits.ts';
import { type Page, readPage } from './page.ts';
import { GONE, refusal } from './refusals.ts';
import { type ApiResource, fullNameOf, pathOf } from './resources.ts';
import { withRetries } from './retry.ts';

/** How to ask. */
export interface Asking {
  readonly connection: Connection;
  readonly world: World;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which a question is given up. */
  readonly timeout: number;
  /** The characters that are kept of all objects of a resource. */
  readonly mostKept: number;
}

/** All objects of a resource at one moment. */
export interface Listed {
  readonly resource: ApiResource;
  /** The JSON of each object by `namespace/name`. */
  readonly objects: Map<string, string>;
  /** The characters of all of them. */
  length: number;
  /** Where a watch goes on. */
  readonly resourceVersion: string;
}

/**
 * Lists a resource. When the server forgets where the list began (410), it is begun again; after that has not helped
 * twice, without pages. (As client-go does, tools/pager)
 */
export async function listObjects(resource: ApiResource, asking: Asking): Promise<Answer<Listed>> {
  for (let restarts = 0; ; restarts++) {
    const inPages = restarts < MAX_RESTARTS - 1;
    const listed = await listOnce(resource, asking, inPages);
    if (listed.failure?.status !== GONE || !inPages) return listed;
  }
}

async function listOnce(resource: ApiResource, asking: Asking, inPages: boolean): Promise<Answer<Listed>> {
  const listed: Listed = { resource, objects: new Map(), length: 0, resourceVersion: '' };
  const limit = inPages ? String(PAGE_SIZE) : undefined;
  let next = '';
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const query = { limit, continue: next === '' ? undefined : next };
    const answer = await withRetries(() => askForPage(resource, query, asking), asking.world, asking.signal);
    if (answer.failure !== undefined) return answer;
    const { objects, resourceVersion } = answer.value;
    for (const { key, text } of objects) keepText(listed, key, text);
    if (listed.length > asking.mostKept) break;
    ({ next } = answer.value);
    if (next === '') return { value: { ...listed, resourceVersion } };
  }
  return tooLong(resource);
}

/** Keeps the text of an object in place of an older one; undefined: keeps none of it. */
export function keepText(listed: Listed, key: string, text: string | undefined): void {
  listed.length += (text?.length ?? 0) - (listed.objects.get(key)?.length ?? 0);
  if (text === undefined) listed.objects.delete(key);
  else listed.objects.set(key, text);
}

/** The failure of a list that would take too much memory. */
export const tooLong = (resource: ApiResource): ReturnType<typeof failed> =>
  failed('cluster-answer', `the list of ${fullNameOf(resource)} is longer than what is read`);

/** Returns the objects of the first resource that the server has: it answers 404 for all others. */
export async function listFirst(resources: readonly ApiResource[], asking: Asking): Promise<Answer<Listed>> {
  const [resource, ...others] = resources;
  if (resource === undefined) throw new Error('no resource to list');
  const listed = await listObjects(resource, asking);
  return listed.failure?.status === 404 && others.length > 0 ? listFirst(others, asking) : listed;
}

async function askForPage(
  resource: ApiResource,
  query: Readonly<Record<string, string | undefined>>,
  { connection, world, signal, timeout }: Asking,
): Promise<Answer<Page>> {
  const { access } = connection;
  const answer = await connection.get(pathOf(resource), query, { signal, timeout });
  if (answer.failure !== undefined) return answer;
  const isGood = answer.value.statusCode === 200;
  const body = await readBody(
    answer.value,
    isGood ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES,
    access.server,
    timeout,
  );
  if (isGood) return body.failure === undefined ? readPage(body.value, resource) : body;
  return refusal(answer.value, body.value ?? '', { resource, verb: 'list', access }, world.now());
}
