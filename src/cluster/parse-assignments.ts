import { type RawObject } from '../manifest/resource.ts';
import { anything, closed, type Schema } from '../schema/pieces.ts';
import { type Mistake, validate } from '../schema/validate.ts';
import { canonicalIp, familyOf } from '../text/ip.ts';
import { type Diagnostic, diagnostic, type ObjectName, type Outcome } from '../diagnostics/diagnostic.ts';
import { formatPath, type JsonPath } from '../text/json-path.ts';
import { ASSIGNMENTS_API_VERSION, ASSIGNMENTS_KIND, type Assignments } from './assignments.ts';

type Complain = (path: JsonPath, message: string) => void;
type Fields = Readonly<Record<string, unknown>>;

/** A section of the file: what its keys and values look like, and what is said of others. */
interface Section<V> {
  readonly name: keyof Assignments;
  readonly exampleKey: string;
  readonly expected: string;
  /** Takes a value that has passed the schema, and says what else is wrong with it. */
  readonly read: (key: string, value: unknown) => { readonly value: V } | { readonly wrong: string };
}

const CLUSTER_IP_KEY = '^[^/ ]+/[^/ ]+ IPv[46]$';
const NODE_PORT_KEY = '^[^/ ]+/[^/ ]+ \\d+$';
const HEALTH_CHECK_KEY = '^[^/ ]+/[^/ ]+$';
const PROXY_PORT_KEY = '^[^/ ]+/[^/ ]+ \\d+/(?:TCP|UDP)$';
const POD_IP_KEY = '^[A-Za-z]+ [^/ ]+/[^/ ]+ (?:[^ ]+ )?IPv[46]$';

const port = { type: 'integer', minimum: 1, maximum: 65535 };

/** A map of such values whose keys have such a form. */
const mapOf = (form: string, value: Schema): Schema => ({
  type: ['object', 'null'],
  patternProperties: { [form]: value },
  additionalProperties: false,
});

const FIELDS = {
  apiVersion: anything,
  kind: anything,
  clusterIPs: mapOf(CLUSTER_IP_KEY, { type: 'string' }),
  nodePorts: mapOf(NODE_PORT_KEY, port),
  healthCheckNodePorts: mapOf(HEALTH_CHECK_KEY, port),
  proxyPorts: mapOf(PROXY_PORT_KEY, port),
  podIPs: mapOf(POD_IP_KEY, { type: 'string' }),
};

const ASSIGNMENTS_SCHEMA = closed(FIELDS);

const SUBJECT: ObjectName = { kind: ASSIGNMENTS_KIND, namespace: '', name: '' };

/**
 * Reads what `formatAssignments` wrote, as any reader of manifests gives it. Errors, each with its place: another kind
 * of object, unknown sections, keys or values of the wrong form, one number for two keys.
 */
export function parseAssignments({ value, locate }: RawObject): Outcome<Assignments> {
  const problems: Diagnostic[] = [];
  const complain: Complain = (path, message) =>
    problems.push(
      diagnostic('assignments-invalid', message, {
        place: locate(path),
        subject: SUBJECT,
        path: formatPath(path),
      }),
    );
  const fields = isRecord(value) ? value : {};
  const mistakes = new Map(validate(fields, ASSIGNMENTS_SCHEMA).map((each) => [idOf(each.path), each]));
  checkHead(fields, mistakes, complain);
  const readAll = <V>(section: Section<V>, holders: Map<V, string>): ReadonlyMap<string, V> =>
    readSection(fields, section, mistakes, holders, complain);
  const portHolders = new Map<number, string>();
  const assignments: Assignments = {
    clusterIPs: readAll(addresses('clusterIPs', 'namespace/name IPv4'), new Map<string, string>()),
    nodePorts: readAll(ports('nodePorts', 'namespace/name 80'), portHolders),
    healthCheckNodePorts: readAll(ports('healthCheckNodePorts', 'namespace/name'), portHolders),
    proxyPorts: readAll(ports('proxyPorts', 'namespace/name 80/TCP'), new Map<number, string>()),
    podIPs: readAll(addresses('podIPs', 'Deployment namespace/name 0 IPv4'), new Map<string, string>()),
  };
  return { value: assignments, problems };
}

type Mistakes = ReadonlyMap<string, Mistake>;

const idOf = (path: JsonPath): string => JSON.stringify(path);

function checkHead(fields: Fields, mistakes: Mistakes, complain: Complain): void {
  if (fields['apiVersion'] !== ASSIGNMENTS_API_VERSION || fields['kind'] !== ASSIGNMENTS_KIND) {
    complain([], `must have apiVersion ${ASSIGNMENTS_API_VERSION} and kind ${ASSIGNMENTS_KIND}`);
  }
  for (const key of Object.keys(fields)) {
    const isUnknown = mistakes.get(idOf([key]))?.kind === 'unknown-field';
    if (isUnknown) complain([key], `unknown field; known are ${Object.keys(FIELDS).join(', ')}`);
  }
}

function readSection<V>(
  fields: Fields,
  { name, exampleKey, expected, read }: Section<V>,
  mistakes: Mistakes,
  holders: Map<V, string>,
  complain: Complain,
): ReadonlyMap<string, V> {
  const entries = new Map<string, V>();
  if (mistakes.has(idOf([name]))) complain([name], 'must be an object');
  const section = fields[name];
  for (const [key, raw] of Object.entries(isRecord(section) ? section : {})) {
    const path = [name, key];
    const mistake = mistakes.get(idOf(path));
    if (mistake !== undefined) {
      const isKey = mistake.kind === 'unknown-field';
      complain(path, isKey ? `the key must have the form "${exampleKey}"` : expected);
      continue;
    }
    const entry = read(key, raw);
    if ('wrong' in entry) {
      complain(path, entry.wrong);
      continue;
    }
    const holder = holders.get(entry.value);
    if (holder !== undefined) complain(path, `${String(entry.value)} is already given to ${holder}`);
    else entries.set(key, entry.value);
    holders.set(entry.value, holder ?? `${name}[${key}]`);
  }
  return entries;
}

const NO_ADDRESS = 'must be an IP address';

const addresses = (name: keyof Assignments, exampleKey: string): Section<string> => ({
  name,
  exampleKey,
  expected: NO_ADDRESS,
  read: (key, value) => {
    const text = String(value);
    const family = familyOf(text);
    if (family === undefined) return { wrong: NO_ADDRESS };
    if (!key.endsWith(family)) return { wrong: `${text} is an ${family} address, unlike its key` };
    return { value: canonicalIp(text) };
  },
});

const ports = (name: keyof Assignments, exampleKey: string): Section<number> => ({
  name,
  exampleKey,
  expected: 'must be a port number, 1 to 65535',
  read: (_, value) => ({ value: Number(value) }),
});

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
