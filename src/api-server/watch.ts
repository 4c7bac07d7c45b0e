/** One watch of a resource: what changed in it since it was listed. */
import { type Answer, failed } from './answer.ts';
import { readBody } from './connection.ts';
import { MAX_ERROR_BYTES } from './limits.ts';
import { type Asking, keepText, type Listed, tooLong } from './list.ts';
import { explainNetworkError } from './network-errors.ts';
import { keep, parseAnswer } from './page.ts';
import { GONE, refusal } from './refusals.ts';
import { fullNameOf, pathOf } from './resources.ts';
import { linesOf } from './watch-lines.ts';

/** Seconds after which the server ends a watch, and milliseconds without a byte after which it is given up. */
const WATCH_SECONDS = 240;
const LONGEST_SILENCE = (WATCH_SECONDS + 30) * 1000;

/** A list that is kept up to date. */
export interface Kept extends Listed {
  /** Where the next watch begins. */
  resourceVersion: string;
}

/**
 * Watches from where `kept` is, and changes it by every event, until the server ends the watch. Bookmarks only move on
 * the place where the next one begins. Fails with {@link GONE} when the server has forgotten that place. `onBegin` is
 * called when the server lets the account watch.
 */
export async function watchOnce(
  kept: Kept,
  { connection, world, signal, timeout, mostKept }: Asking,
  onBegin: () => void,
): Promise<Answer<'ended'>> {
  const { access } = connection;
  const query = {
    watch: '1',
    allowWatchBookmarks: 'true',
    resourceVersion: kept.resourceVersion,
    timeoutSeconds: String(WATCH_SECONDS),
  };
  const answer = await connection.get(pathOf(kept.resource), query, { signal, timeout: LONGEST_SILENCE });
  if (answer.failure !== undefined) return answer;
  if (answer.value.statusCode !== 200) {
    const body = await readBody(answer.value, MAX_ERROR_BYTES, access.server, timeout);
    return refusal(
      answer.value,
      body.value ?? '',
      { resource: kept.resource, verb: 'watch', access },
      world.now(),
    );
  }
  onBegin();
  try {
    for await (const line of linesOf(answer.value as AsyncIterable<Buffer>)) {
      const failure = line.failure ?? applyEvent(line.value, kept);
      if (failure !== undefined) return { failure };
      if (kept.length > mostKept) return tooLong(kept.resource);
    }
    return { value: 'ended' };
  } catch (error) {
    return explainNetworkError(error, access.server, LONGEST_SILENCE);
  }
}

/**
 * Changes `kept` as an event says, and moves on the place where the next watch begins. An object without a version
 * leaves that place: none would mean any. Returns why it cannot.
 */
function applyEvent(line: string, kept: Kept): Answer<never>['failure'] {
  const { type, object } = parseAnswer(line) ?? {};
  if (type === 'ERROR') return errorOf(object, kept);
  if (type !== 'BOOKMARK' && !change(kept, type, object)) return unreadable(kept);
  kept.resourceVersion = versionIn(object) ?? kept.resourceVersion;
  return undefined;
}

/** Changes the objects of `kept`; returns false for what is no change. */
function change(kept: Kept, type: unknown, object: unknown): boolean {
  const changed = keep(object, kept.resource);
  if (changed === undefined) return false;
  if (type === 'DELETED') keepText(kept, changed.key, undefined);
  else if (type === 'ADDED' || type === 'MODIFIED') keepText(kept, changed.key, changed.text);
  else return false;
  return true;
}

const unreadable = ({ resource }: Kept): Answer<never>['failure'] =>
  failed('cluster-answer', `an event of the watch of ${fullNameOf(resource)} cannot be read`, { retry: {} })
    .failure;

function versionIn(object: unknown): string | undefined {
  const { metadata } = (object ?? {}) as { readonly metadata?: { readonly resourceVersion?: unknown } };
  const version = metadata?.resourceVersion;
  return typeof version === 'string' && version !== '' ? version : undefined;
}

function errorOf(object: unknown, { resource }: Kept): Answer<never>['failure'] {
  const { code } = (object ?? {}) as { readonly code?: unknown };
  const status = typeof code === 'number' ? code : undefined;
  const message = `the server ended the watch of ${fullNameOf(resource)}${status === undefined ? '' : ` (${status})`}`;
  return failed('cluster-answer', message, { status: status === GONE ? GONE : undefined, retry: {} }).failure;
}
