import { type Diagnostic, diagnostic, type ObjectName, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Severity } from '../diagnostics/codes.ts';
import { formatPath, type JsonPath } from '../text/json-path.ts';
import { type Place, placeAt, type Source } from '../text/source.ts';
import { fields, text } from './check/json.ts';
import { KINDS } from './check/kinds.ts';
import { subjectOf } from './check/metadata.ts';
import { type DuplicateKey, type ReadDocument } from './document.ts';
import { type RawObject } from './resource.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** A JSON value on its way to becoming an object: with the kind that it has from the list it stands in. */
interface Candidate {
  readonly value: unknown;
  readonly path: JsonPath;
  readonly inherited: JsonObject;
}

const STARTS_WITH_VOWEL = /^[aeiou]/i;

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  const type = typeof value;
  return STARTS_WITH_VOWEL.test(type) ? `an ${type}` : `a ${type}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Something wrong, with the path to it. */
interface Fault {
  readonly path: JsonPath;
  readonly message: string;
}

const NO_FAULTS: readonly Fault[] = Object.freeze([]);

/** What keeps a JSON object from being an API object, with the path to it. */
function findFaults(object: JsonObject): readonly Fault[] {
  if (isText(object['apiVersion']) && isText(object['kind'])) return NO_FAULTS;
  const faults: Fault[] = [];
  const absent = ['apiVersion', 'kind'].filter((key) => object[key] === undefined || object[key] === null);
  if (absent.length > 0) {
    const whose = isText(object['kind']) ? `the ${object['kind']}` : 'the object';
    faults.push({ path: [], message: `${whose} has no ${absent.join(' and no ')}` });
  }
  for (const key of ['apiVersion', 'kind']) {
    const value = object[key];
    if (!absent.includes(key) && !isText(value)) {
      const message =
        value === '' ? `${key} must not be empty` : `${key} must be a string, not ${describe(value)}`;
      faults.push({ path: [key], message });
    }
  }
  return faults;
}

function isList(object: JsonObject): boolean {
  if (object['kind'] === 'List') return true;
  return isText(object['kind']) && object['kind'].endsWith('List') && 'items' in object;
}

/**
 * What the items of a list have without saying so: those of a ServiceList are Services of the list's
 * apiVersion, as the API server itself leaves it out. (apimachinery unstructured: decodeToList)
 */
function inheritedFrom(list: JsonObject): JsonObject {
  const kind = String(list['kind']).replace(/List$/, '');
  return kind === '' ? {} : { apiVersion: list['apiVersion'], kind };
}

class Unpacking {
  readonly objects: RawObject[] = [];
  readonly problems: Diagnostic[] = [];
  private readonly source: Source;
  private readonly document: ReadDocument;
  /** The objects by their paths, for what is told about keys inside of them. */
  private readonly byPath = new Map<string, { readonly object: JsonObject; readonly depth: number }>();

  constructor(source: Source, document: ReadDocument) {
    this.source = source;
    this.document = document;
  }

  add({ value, path, inherited }: Candidate): void {
    if (!isObject(value)) {
      const advice = Array.isArray(value) ? '; put the objects under the items of a List' : '';
      this.report(path, `expected an object with apiVersion and kind, not ${describe(value)}${advice}`);
      return;
    }
    const object = value['kind'] === undefined ? { ...inherited, ...value } : value;
    const faults = findFaults(object);
    for (const fault of faults) this.report([...path, ...fault.path], fault.message);
    if (faults.length > 0) return;
    if (isList(object)) this.addItems(object, path);
    else this.addObject(object, path);
  }

  private addObject(object: JsonObject, path: JsonPath): void {
    const locate =
      this.source.byObject === true ? locateWhole(this.source.name, object) : this.locateIn(path);
    this.objects.push({ value: object, locate });
    if (this.document.duplicates.length > 0) this.byPath.set(keyOf(path), { object, depth: path.length });
  }

  /** Reports duplicate keys, each with its object. */
  reportDuplicates(severity: Severity): void {
    for (const { path, offset, first } of this.document.duplicates) {
      const { object, depth } = this.ownerOf(path) ?? { object: undefined, depth: 0 };
      const { line, column } = placeAt(this.source, first);
      const message = `the key is there twice, first on line ${line}, column ${column}; the last one counts`;
      this.problems.push(
        diagnostic('duplicate-key', message, {
          severity,
          place: placeAt(this.source, offset),
          subject: object === undefined ? undefined : subject(object),
          path: formatPath(path.slice(depth)),
        }),
      );
    }
  }

  private ownerOf(
    path: DuplicateKey['path'],
  ): { readonly object: JsonObject; readonly depth: number } | undefined {
    for (let depth = path.length - 1; depth >= 0; depth--) {
      const owner = this.byPath.get(keyOf(path.slice(0, depth)));
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  private addItems(list: JsonObject, path: JsonPath): void {
    const items = list['items'];
    if (items === null) return;
    if (!Array.isArray(items)) {
      const message =
        items === undefined ? 'a List needs items' : `items must be a list, not ${describe(items)}`;
      this.report([...path, 'items'], message);
      return;
    }
    const inherited = inheritedFrom(list);
    items.forEach((value: unknown, index) => {
      this.add({ value, path: [...path, 'items', index], inherited });
    });
  }

  private locateIn(path: JsonPath): RawObject['locate'] {
    return (inner) => this.locate([...path, ...inner]);
  }

  private locate(path: JsonPath): Place {
    return placeAt(this.source, this.document.offsetAt(path));
  }

  private report(path: JsonPath, message: string): void {
    this.problems.push(diagnostic('not-an-object', message, { place: this.locate(path) }));
  }
}

/** Places of an object that stands in no file: its name. They keep no text alive. */
const locateWhole =
  (name: string, object: JsonObject): RawObject['locate'] =>
  () => {
    const metadata = fields(object['metadata']);
    const names = [text(metadata['namespace']), text(metadata['name'])].filter((part) => part !== '');
    return { file: [name, ...names].join('/'), line: 0, column: 0 };
  };

const keyOf = (path: JsonPath): string => JSON.stringify(path);

/** Returns the name of the object for messages. For unused kinds it takes only what the object gives. */
function subject(object: JsonObject): ObjectName {
  const kind = String(object['kind']);
  const metadata = fields(object['metadata']);
  const naming = KINDS.get(kind.toLowerCase())?.naming;
  if (naming !== undefined) return subjectOf(kind, metadata, naming);
  const [namespace, name] = [text(metadata['namespace']), text(metadata['name'])];
  return { kind, namespace: namespace.slice(0, LONGEST_NAME), name: name.slice(0, LONGEST_NAME) };
}

const LONGEST_NAME = 80;

/**
 * Returns the API objects of a document: itself, or for a `List` or `ServiceList` its items, and theirs if
 * they are lists. How deep lists may stand in lists is bounded by the depth of the document. With `strict`,
 * keys that are there twice are errors.
 */
export function unpackObjects(
  source: Source,
  document: ReadDocument,
  strict: boolean,
): Outcome<readonly RawObject[]> {
  const unpacking = new Unpacking(source, document);
  unpacking.add({ value: document.value, path: [], inherited: {} });
  unpacking.reportDuplicates(strict ? 'error' : 'warning');
  return { value: unpacking.objects, problems: unpacking.problems };
}
