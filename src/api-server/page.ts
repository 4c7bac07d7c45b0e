/** Reads one page of a list, and cuts its objects down to what is used. */
import { MAX_DEPTH } from '../manifest/limits.ts';
import { scanDocument } from '../manifest/json/scan-document.ts';
import { type Answer, failed } from './answer.ts';
import { type ApiResource } from './resources.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An object as it is kept: as little text as possible. */
export interface KeptObject {
  /** `namespace/name`, or the name alone. */
  readonly key: string;
  /** JSON. */
  readonly text: string;
}

/** A page of a list. */
export interface Page {
  readonly objects: readonly KeptObject[];
  /** What asks for the next page; empty after the last one. */
  readonly next: string;
  /** Of the whole list: a watch begins there. */
  readonly resourceVersion: string;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Parses JSON that may come from anybody. Returns undefined for other text, and for what is nested too deep. */
export function parseAnswer(text: string): Fields | undefined {
  const start = /\S/.exec(text)?.index ?? 0;
  if (typeof scanDocument(text, start, MAX_DEPTH) === 'number') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a page. Fails for anything but a list of this kind whose objects have names. */
export function readPage(text: string, resource: ApiResource): Answer<Page> {
  const list = parseAnswer(text);
  if (list === undefined) return failed('cluster-answer', `${NOT_JSON}: ${shown(text)}`);
  const { kind, items = null } = list;
  if (kind !== `${resource.kind}List` || !(Array.isArray(items) || items === null)) {
    return failed('cluster-answer', `the answer is no ${resource.kind}List: ${shown(text)}`);
  }
  const metadata = fieldsOf(list['metadata']);
  const objects: KeptObject[] = [];
  for (const item of (items ?? []) as readonly unknown[]) {
    const kept = keep(item, resource);
    if (kept === undefined) {
      return failed('cluster-answer', `an object in the answer is no ${resource.kind} with a name`);
    }
    objects.push(kept);
  }
  const value = {
    objects,
    next: textOf(metadata['continue']),
    resourceVersion: textOf(metadata['resourceVersion']),
  };
  return { value };
}

const NOT_JSON = 'the answer is not the JSON of an API server, or it is nested too deep';

/** The beginning of an answer that was not expected. */
const shown = (text: string): string =>
  text === '' ? 'it is empty' : JSON.stringify(text.slice(0, 60)) + (text.length > 60 ? '...' : '');

/** Returns an object as it is kept; undefined when it is none of this kind. */
export function keep(value: unknown, { kind, isNamespaced }: ApiResource): KeptObject | undefined {
  if (!isFields(value) || !isFields(value['metadata'])) return undefined;
  const { metadata } = value;
  // Objects in lists do not name their kind.
  if (value['kind'] !== undefined && value['kind'] !== kind) return undefined;
  const [name, namespace] = [textOf(metadata['name']), textOf(metadata['namespace'])];
  if (name === '' || isNamespaced !== (namespace !== '')) return undefined;
  const text = JSON.stringify({ ...value, metadata: withoutRecords(metadata), ...shortStatus(value, kind) });
  return { key: isNamespaced ? `${namespace}/${name}` : name, text };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Leaves out who wrote which field, often longer than the object itself. */
function withoutRecords(metadata: Fields): Fields {
  const { annotations } = metadata;
  const others = isFields(annotations) && { annotations: { ...annotations, [LAST_APPLIED]: undefined } };
  return { ...metadata, ...others, managedFields: undefined };
}

/** The status of a Node names every image on it; only its addresses are read. */
function shortStatus(object: Fields, kind: string): Fields {
  return kind === 'Node' ? { status: { addresses: fieldsOf(object['status'])['addresses'] } } : {};
}
