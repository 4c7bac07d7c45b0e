import { collector } from '../../diagnostics/collector.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { type RawObject, type Resource } from '../resource.ts';
import { type ObjectMeta } from '../types.ts';
import { explainUnknownKind } from './api-groups.ts';
import { type Fields, fields, isObject, text } from './json.ts';
import { KINDS, type Kind } from './kinds.ts';
import { alreadyDefined, noSuchKind, outsideRanges, required, typeName, wrongType } from './messages.ts';
import { checkMetadata, type Naming, readMetadata, subjectOf } from './metadata.ts';
import { type ClusterRanges, formatNodePorts, formatServiceCidrs } from './ranges.ts';
import { Report } from './report.ts';
import { type Schema } from '../../schema/pieces.ts';
import { checkStructure } from './structure.ts';

/** How to check. */
export interface CheckOptions {
  /** Unknown fields are errors, not warnings. */
  readonly strict: boolean;
  /** The ranges of the cluster. Without them, IPs and node ports are not compared with ranges. */
  readonly ranges?: ClusterRanges | undefined;
}

/** What the manifests hold. */
export interface CheckedObjects {
  /** The objects without errors, in the order of the input, with all defaults. */
  readonly resources: readonly Resource[];
  /** How many objects have kinds that do not influence rules. */
  readonly skipped: number;
}

/** The first object of each name, by kind and namespace. */
type Firsts = Map<Kind, Map<string, Map<string, RawObject>>>;

/**
 * Checks every object as the API server of Kubernetes 1.36 would and fills in its defaults. All mistakes of
 * all objects are reported; an object with an error is left out of the result.
 */
export function checkObjects(objects: readonly RawObject[], options: CheckOptions): Outcome<CheckedObjects> {
  const resources: Resource[] = [];
  const { keep, problems, tell } = collector();
  const firsts: Firsts = new Map();
  let skipped = 0;
  for (const object of objects) {
    const outcome = checkObject(object, options, firsts);
    if (outcome === undefined) {
      skipped += 1;
      continue;
    }
    const resource = keep(outcome);
    if (resource !== undefined) resources.push(resource);
  }
  const outside = problems.filter((problem) => problem.detail === true).length;
  if (outside > 0 && options.ranges !== undefined) tell(summaryOf(outside, options.ranges));
  return { value: { resources, skipped }, problems };
}

/**
 * Replaces the range warnings of all Services by one line. A cluster with other ranges would get one per
 * Service.
 */
const summaryOf = (outside: number, ranges: ClusterRanges): Diagnostic =>
  diagnostic(
    'value-out-of-range',
    outsideRanges(outside, formatServiceCidrs(ranges), formatNodePorts(ranges)),
    { severity: 'warning' },
  );

/**
 * Checks one object. Returns undefined for a kind that does not influence rules, and a value of undefined for an object
 * with errors.
 */
function checkObject(
  object: RawObject,
  options: CheckOptions,
  firsts: Firsts,
): Outcome<Resource | undefined> | undefined {
  const raw = object.value;
  if (!isObject(raw)) return notAnObject(object);
  const kind = findKind(raw);
  if (kind === 'other') return unknownKind(object, raw);
  if (kind === 'incomplete') return incomplete(object, raw);
  const report = new Report(object, subjectOf(text(raw['kind']), fields(raw['metadata']), kind.naming));
  const schema = schemaOf(raw, kind, report);
  if (schema === undefined) return { value: undefined, problems: report.problems };
  const rest = kind.readBulk?.(raw, schema) ?? { schema, read: kind.read };
  checkStructure(raw, rest.schema, report, options.strict);
  if (report.errorCount > 0) return { value: undefined, problems: report.problems };
  const metadata = readMetadata(raw, kind.naming);
  checkMetadata(raw, metadata, kind.naming, report);
  checkUnique(object, kind, metadata, firsts, report);
  const checked = rest.read(raw, metadata, report, options.ranges);
  const value = report.errorCount > 0 ? undefined : { object: checked, locate: object.locate };
  return { value, problems: report.problems };
}

function notAnObject(object: RawObject): Outcome<undefined> {
  const report = new Report(object);
  report.error([], `must be an object with apiVersion and kind, not ${typeName(object.value)}`);
  return { value: undefined, problems: report.problems };
}

/** Finds the kind of an object. A kind of the same name in a foreign group (the Service of Knative) is another kind. */
function findKind(raw: Fields): Kind | 'other' | 'incomplete' {
  const { apiVersion, kind } = raw;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') {
    return 'incomplete';
  }
  const found = KINDS_BY_NAME.get(kind) ?? KINDS.get(kind.toLowerCase());
  return found !== undefined && isBuiltInGroup(groupOf(apiVersion)) ? found : 'other';
}

const KINDS_BY_NAME: ReadonlyMap<string, Kind> = new Map(
  [...KINDS.values()].map((kind) => [kind.name, kind]),
);

const groupOf = (apiVersion: string): string => {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
};

const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
  '',
  'apps',
  'autoscaling',
  'batch',
  'extensions',
  'policy',
]);

const isBuiltInGroup = (group: string): boolean => BUILT_IN_GROUPS.has(group) || group.endsWith('.k8s.io');

/**
 * Returns errors for a kind that the groups of Kubernetes do not have. Returns undefined for a kind that only does not
 * influence rules.
 */
function unknownKind(object: RawObject, raw: Fields): Outcome<undefined> | undefined {
  const [kind, apiVersion] = [text(raw['kind']), text(raw['apiVersion'])];
  const unknown = explainUnknownKind(apiVersion, kind);
  if (unknown === undefined) return undefined;
  const report = new Report(object, subjectOf(kind, fields(raw['metadata']), ANY_NAMING));
  report.error([unknown.field], noSuchKind(kind, apiVersion, unknown.hint));
  return { value: undefined, problems: report.problems };
}

const ANY_NAMING: Naming = { namespaced: true, mistakes: () => [] };

function incomplete(object: RawObject, raw: Fields): Outcome<undefined> {
  const report = new Report(object);
  for (const field of ['apiVersion', 'kind']) {
    const value = raw[field];
    if (value === undefined || value === null || value === '') report.error([field], required());
    else if (typeof value !== 'string') report.error([field], wrongType(value, 'a string'));
  }
  return { value: undefined, problems: report.problems };
}

/** Returns the schema for the version of the object; undefined when that version does not have the kind. */
function schemaOf(raw: Fields, kind: Kind, report: Report): Schema | undefined {
  const apiVersion = text(raw['apiVersion']);
  const schema = kind.name === raw['kind'] ? kind.schemas.get(apiVersion) : undefined;
  if (schema === undefined) {
    const known = `there is ${kind.name} in ${[...kind.schemas.keys()].join(', ')}`;
    const path = kind.name === raw['kind'] ? ['apiVersion'] : ['kind'];
    report.error(path, noSuchKind(text(raw['kind']), apiVersion, known));
  }
  return schema;
}

function checkUnique(
  object: RawObject,
  kind: Kind,
  { namespace, name }: ObjectMeta,
  firsts: Firsts,
  report: Report,
): void {
  const ofKind = within(firsts, kind);
  const ofNamespace = within(ofKind, namespace);
  const first = ofNamespace.get(name);
  if (first === undefined) ofNamespace.set(name, object);
  else report.errorWith('duplicate-object', ['metadata', 'name'], alreadyDefined(first.locate([])));
}

/** Returns the map within a map; adds one where there is none. */
function within<Key, Inner, Value>(outer: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  let inner = outer.get(key);
  if (inner === undefined) {
    inner = new Map();
    outer.set(key, inner);
  }
  return inner;
}
