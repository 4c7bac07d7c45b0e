import { type SETTINGS, type SettingPath } from '../dialect/setting-table.ts';
import {
  isGone,
  isKnownIn,
  type SettingRow,
  type SettingType,
  type ValueTypes,
} from '../dialect/settings.ts';
import { type Version } from '../dialect/version.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { type RawObject } from '../manifest/resource.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type Diagnostic, diagnostic, type ObjectName, type Outcome } from '../diagnostics/diagnostic.ts';
import { type JsonPath } from '../text/json-path.ts';
import { type Place, placeAt, type Source } from '../text/source.ts';
import { parseDuration } from './duration.ts';
import { isGroup, keysOf, settingAt } from './fields.ts';
import { complain, type Origin, CONFIGURATION_KIND, type Setting } from './setting.ts';

const API_VERSION = 'kubeproxy.config.k8s.io/v1alpha1';

/** What a configuration file says, by JSON path: each field that is there, not null, known and of the right type. */
export type FileSettings = {
  readonly [P in SettingPath]?: Setting<ValueTypes[(typeof SETTINGS)[P]['type']]> | undefined;
};

/**
 * Reads a KubeProxyConfiguration as kube-proxy of the version decodes it: what it does not know it ignores, which is
 * a warning here; what has another type than it must have is an error. (loadConfig, cmd/kube-proxy/app/options.go)
 */
export function readConfiguration(source: Source, version: Version): Outcome<FileSettings> {
  const document = readDocument(source);
  if (document.value === undefined) return { value: {}, problems: document.problems };
  const notConfiguration = checkIdentity(document.value);
  if (notConfiguration.length > 0) return { value: {}, problems: notConfiguration };
  const reader: Reader = { raw: document.value, version, found: {}, problems: [] };
  if (isObject(document.value.value)) readGroup(reader, document.value.value, '');
  // Each field was read by the reader of its type.
  return { value: reader.found, problems: reader.problems };
}

/** The one object of the file. */
function readDocument(source: Source): Outcome<RawObject | undefined> {
  const { value: objects, problems } = readManifest(source, { strict: true });
  const [object, second] = objects;
  if (problems.length > 0) return { value: undefined, problems };
  const refuse = (message: string, place: Place): Outcome<undefined> => ({
    value: undefined,
    problems: [diagnostic('config-invalid', message, { place })],
  });
  if (object === undefined) return refuse(`the file holds no ${CONFIGURATION_KIND}`, placeAt(source, 0));
  if (second !== undefined) return refuse('a second object; the file must hold one', second.locate([]));
  return { value: object, problems: [] };
}

interface Reader {
  readonly raw: RawObject;
  readonly version: Version;
  readonly found: Record<string, Setting<unknown>>;
  readonly problems: Diagnostic[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A file that is something else altogether is told so once, and not field by field. */
function checkIdentity(raw: RawObject): readonly Diagnostic[] {
  const { value } = raw;
  const at = (path: JsonPath): Origin => ({ path, locate: () => raw.locate(path) });
  if (!isObject(value)) return [complain(at([]), `must be a ${CONFIGURATION_KIND} object`)];
  const { apiVersion, kind } = value;
  if (kind === 'ConfigMap' && isObject(value['data'])) {
    const hint = 'put the text under its data["config.conf"] into a file of its own';
    return [complain(at(['kind']), `is a ConfigMap, not a ${CONFIGURATION_KIND}; ${hint}`)];
  }
  const problems: Diagnostic[] = [];
  if (kind !== CONFIGURATION_KIND)
    problems.push(complain(at(['kind']), `must be "${CONFIGURATION_KIND}", not ${shown(kind)}`));
  if (apiVersion !== API_VERSION) {
    problems.push(complain(at(['apiVersion']), `must be "${API_VERSION}", not ${shown(apiVersion)}`));
  }
  return problems;
}

function readGroup(reader: Reader, object: Readonly<Record<string, unknown>>, group: string): void {
  for (const [key, value] of Object.entries(object)) {
    const path = group === '' ? [key] : [group, key];
    const name = path.join('.');
    const field = key.includes('.') ? undefined : settingAt(name);
    if (field !== undefined) readField(reader, field, path, value);
    else if (isGroup(name)) readNested(reader, name, value);
    else reader.problems.push(unknownField(originOf(reader, path), group, key));
  }
}

function readNested(reader: Reader, group: string, value: unknown): void {
  if (value === null) return;
  if (isObject(value)) readGroup(reader, value, group);
  else reader.problems.push(complain(originOf(reader, [group]), `must be an object, not ${shown(value)}`));
}

function readField(reader: Reader, field: SettingRow, path: JsonPath, value: unknown): void {
  const origin = originOf(reader, path);
  if (!isKnownIn(field, reader.version)) {
    reader.problems.push(ignoredField(origin, field, reader.version));
    return;
  }
  if (value === null) return;
  const read = READERS[field.type](value);
  if ('wrong' in read) {
    for (const { inner, message } of read.wrong) reader.problems.push(complain(origin, message, inner));
  } else {
    reader.found[path.join('.')] = { value: read.value, origin };
  }
}

const SUBJECT: ObjectName = { kind: CONFIGURATION_KIND, namespace: '', name: '' };

function originOf(reader: Reader, path: JsonPath): Origin {
  return { subject: SUBJECT, path, locate: (inner) => reader.raw.locate([...path, ...inner]) };
}

function unknownField(origin: Origin, group: string, key: string): Diagnostic {
  const near = nearestName(key, keysOf(group));
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return complain(origin, `unknown field, ignored${hint}`, [], 'config-unknown-field');
}

function ignoredField(origin: Origin, field: SettingRow, version: Version): Diagnostic {
  const known = isGone(field, version)
    ? `gone since ${field.until ?? ''}`
    : `known from ${field.since ?? ''} on`;
  return complain(
    origin,
    `kube-proxy ${version} does not know this field and ignores it (${known})`,
    [],
    'config-ignored-field',
  );
}

type Read =
  | { readonly value: unknown }
  | { readonly wrong: readonly { readonly inner: JsonPath; readonly message: string }[] };

const wrong = (expected: string, value: unknown, inner: JsonPath = []): Read => ({
  wrong: [{ inner, message: `must be ${expected}, not ${shown(value)}` }],
});

const READERS: Readonly<Record<SettingType, (value: unknown) => Read>> = {
  component: (value) => ({ value }),
  string: (value) => (typeof value === 'string' ? { value } : wrong('a string', value)),
  boolean: (value) => (typeof value === 'boolean' ? { value } : wrong('true or false', value)),
  number: (value) => (typeof value === 'number' ? { value } : wrong('a number', value)),
  integer: (value) => (isInt32(value) ? { value } : wrong('a whole number of 32 bits', value)),
  duration: readDuration,
  strings: readStrings,
  gates: readGates,
};

const INT32 = 2 ** 31;

function isInt32(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= -INT32 && value < INT32;
}

function readDuration(value: unknown): Read {
  const nanoseconds = typeof value === 'string' ? parseDuration(value) : undefined;
  return nanoseconds === undefined ? wrong('a duration such as "30s"', value) : { value: nanoseconds };
}

function readStrings(value: unknown): Read {
  if (!Array.isArray(value)) return wrong('a list of strings', value);
  const bad = value.flatMap((item: unknown, index) =>
    typeof item === 'string' ? [] : [{ inner: [index], message: `must be a string, not ${shown(item)}` }],
  );
  return bad.length > 0 ? { wrong: bad } : { value };
}

function readGates(value: unknown): Read {
  if (!isObject(value)) return wrong('an object of feature gates and true or false', value);
  const bad = Object.entries(value).flatMap(([gate, on]) =>
    typeof on === 'boolean' ? [] : [{ inner: [gate], message: `must be true or false, not ${shown(on)}` }],
  );
  return bad.length > 0 ? { wrong: bad } : { value: new Map(Object.entries(value)) };
}

const LONGEST_SHOWN = 60;

/** A value as part of a message: short, on one line. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
