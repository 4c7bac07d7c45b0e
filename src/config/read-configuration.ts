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
import { type Mistake, validate } from '../schema/validate.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type JsonPath } from '../text/json-path.ts';
import { type Place, placeAt, type Source } from '../text/source.ts';
import { parseDuration } from './duration.ts';
import { CONFIGURATION_SCHEMA, settingAt } from './configuration-schema.ts';
import {
  type Origin,
  CONFIGURATION,
  CONFIGURATION_KIND,
  type Setting,
  complain,
  refused,
} from './setting.ts';

const API_VERSION = 'kubeproxy.config.k8s.io/v1alpha1';

/**
 * The fields of a configuration file, by JSON path: those that are present, not null, known to the release, and of the
 * right type.
 */
export type FileSettings = {
  readonly [P in SettingPath]?: Setting<ValueTypes[(typeof SETTINGS)[P]['type']]> | undefined;
};

/**
 * Reads a KubeProxyConfiguration as kube-proxy of the version decodes it. Unknown fields are ignored and give
 * a warning here. Values of a wrong type are errors. (loadConfig, cmd/kube-proxy/app/options.go)
 */
export function readConfiguration(source: Source, version: Version): Outcome<FileSettings> {
  const document = readDocument(source);
  if (document.value === undefined) return { value: {}, problems: document.problems };
  const notConfiguration = checkIdentity(document.value);
  if (notConfiguration.length > 0) return { value: {}, problems: notConfiguration };
  const mistakes = validate(document.value.value, CONFIGURATION_SCHEMA);
  const reader: Reader = {
    raw: document.value,
    version,
    wrong: wrongSettings(mistakes),
    found: {},
    problems: [],
  };
  readFields(reader, document.value.value, []);
  for (const mistake of mistakes) {
    const problem = problemOf(mistake, reader);
    if (problem !== undefined) reader.problems.push(problem);
  }
  // The schema has checked the type of each field.
  return { value: reader.found, problems: reader.problems };
}

/** Reads the only object of the file. */
function readDocument(source: Source): Outcome<RawObject | undefined> {
  const { value: objects, problems } = readManifest(source, { strict: true });
  const [object, second] = objects;
  if (problems.length > 0) return { value: undefined, problems };
  const refused = (message: string, place: Place): Outcome<undefined> => ({
    value: undefined,
    problems: [diagnostic('config-invalid', message, { place })],
  });
  if (object === undefined) return refused(`the file holds no ${CONFIGURATION_KIND}`, placeAt(source, 0));
  if (second !== undefined) return refused('a second object; the file must hold one', second.locate([]));
  return { value: object, problems: [] };
}

interface Reader {
  readonly raw: RawObject;
  readonly version: Version;
  /** Paths of settings with invalid values. */
  readonly wrong: ReadonlySet<string>;
  readonly found: Record<string, Setting<unknown>>;
  readonly problems: Diagnostic[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reports a file of another kind once, and not field by field. */
function checkIdentity(raw: RawObject): readonly Diagnostic[] {
  const { value } = raw;
  const at = (path: JsonPath): Origin => ({ path, locate: () => raw.locate(path) });
  if (!isObject(value)) return [refused(at([]), `must be a ${CONFIGURATION_KIND} object`)];
  const { apiVersion, kind } = value;
  if (kind === 'ConfigMap' && isObject(value['data'])) {
    const hint = 'put the text under its data["config.conf"] into a file of its own';
    return [refused(at(['kind']), `is a ConfigMap, not a ${CONFIGURATION_KIND}; ${hint}`)];
  }
  const problems: Diagnostic[] = [];
  if (kind !== CONFIGURATION_KIND)
    problems.push(refused(at(['kind']), `must be "${CONFIGURATION_KIND}", not ${shown(kind)}`));
  if (apiVersion !== API_VERSION) {
    problems.push(refused(at(['apiVersion']), `must be "${API_VERSION}", not ${shown(apiVersion)}`));
  }
  return problems;
}

/**
 * Returns the setting that holds the path of a mistake. Settings stand at the top or in a group; the mistake may be
 * deeper, in an item of a list.
 */
function settingOf(path: JsonPath): { readonly name: string; readonly row: SettingRow } | undefined {
  for (const length of [1, 2]) {
    const steps = path.slice(0, length);
    // A key with a dot is no path.
    const name = steps.some((step) => String(step).includes('.')) ? '' : steps.join('.');
    const row = settingAt(name);
    if (row !== undefined) return { name, row };
  }
  return undefined;
}

const wrongSettings = (mistakes: readonly Mistake[]): ReadonlySet<string> =>
  new Set(mistakes.flatMap(({ path }) => settingOf(path)?.name ?? []));

function readFields(reader: Reader, object: unknown, group: JsonPath): void {
  if (!isObject(object)) return;
  for (const [key, value] of Object.entries(object)) {
    const path = [...group, key];
    const setting = settingOf(path);
    if (setting !== undefined) readField(reader, setting.name, setting.row, path, value);
    else if (group.length === 0) readFields(reader, value, path);
  }
}

function readField(reader: Reader, name: string, row: SettingRow, path: JsonPath, value: unknown): void {
  const origin = originOf(reader, path);
  if (!isKnownIn(row, reader.version)) {
    reader.problems.push(ignoredField(origin, row, reader.version));
  } else if (value !== null && !reader.wrong.has(name)) {
    reader.found[name] = { value: CONVERT[row.type]?.(value) ?? value, origin };
  }
}

/** Types that are stored in another form than in the file. */
const CONVERT: Readonly<Partial<Record<SettingType, (value: unknown) => unknown>>> = {
  duration: (value) => parseDuration(String(value)),
  // Go reads null as false.
  gates: (value) =>
    new Map(isObject(value) ? Object.entries(value).map(([gate, on]) => [gate, on === true] as const) : []),
};

function originOf(reader: Reader, path: JsonPath): Origin {
  return { subject: CONFIGURATION, path, locate: (inner) => reader.raw.locate([...path, ...inner]) };
}

/**
 * Returns the problem for a mistake; undefined when the release does not know the field and therefore ignores its
 * value.
 */
function problemOf(mistake: Mistake, reader: Reader): Diagnostic | undefined {
  const origin = originOf(reader, mistake.path);
  if (mistake.kind === 'unknown-field') {
    const near = nearestName(mistake.name, mistake.known);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    return complain('config-unknown-field', origin, `unknown field, ignored${hint}`);
  }
  const setting = settingOf(mistake.path);
  if (setting === undefined) return refused(origin, `must be an object, not ${shown(mistake.found)}`);
  const { name, row } = setting;
  if (!isKnownIn(row, reader.version)) return undefined;
  const isInner = mistake.path.length > name.split('.').length;
  const expected = (isInner ? EXPECTED_INSIDE[row.type] : undefined) ?? EXPECTED[row.type];
  return refused(origin, `must be ${expected}, not ${shown(mistake.found)}`);
}

function ignoredField(origin: Origin, row: SettingRow, version: Version): Diagnostic {
  const known = isGone(row, version) ? `gone since ${row.until ?? ''}` : `known from ${row.since ?? ''} on`;
  return complain(
    'config-ignored-field',
    origin,
    `kube-proxy ${version} does not know this field and ignores it (${known})`,
  );
}

const EXPECTED: Readonly<Record<SettingType, string>> = {
  component: 'an object',
  string: 'a string',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number of 32 bits',
  duration: 'a duration such as "30s"',
  strings: 'a list of strings',
  gates: 'an object of feature gates and true or false',
};

/** The types of items in a list and of values in a map, in words. */
const EXPECTED_INSIDE: Readonly<Partial<Record<SettingType, string>>> = {
  strings: 'a string',
  gates: 'true or false',
};

const LONGEST_SHOWN = 60;

/** Returns a value for a message: short, and on one line. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
