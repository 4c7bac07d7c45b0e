import { type RawObject } from '../manifest/resource.ts';
import { canonicalIp, familyOf } from '../text/ip.ts';
import { type Diagnostic, diagnostic, type ObjectName, type Outcome } from '../diagnostics/diagnostic.ts';
import { formatPath, type JsonPath } from '../text/json-path.ts';
import { ASSIGNMENTS_API_VERSION, ASSIGNMENTS_KIND, type Assignments } from './assignments.ts';

/** What is wrong with an entry, or its value as we keep it. */
type Read<V> = { readonly value: V } | { readonly wrong: string };
type Reader<V> = (key: string, value: unknown) => Read<V>;
type Complain = (path: JsonPath, message: string) => void;
type Fields = Readonly<Record<string, unknown>>;

const FIELDS: readonly string[] = [
  'apiVersion',
  'kind',
  'clusterIPs',
  'nodePorts',
  'healthCheckNodePorts',
  'podIPs',
];

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
  checkHead(fields, complain);
  const portHolders = new Map<number, string>();
  const section = <V>(name: string, reader: Reader<V>, holders: Map<V, string>): ReadonlyMap<string, V> =>
    readSection(fields, name, reader, holders, complain);
  const assignments: Assignments = {
    clusterIPs: section(
      'clusterIPs',
      readAddress(CLUSTER_IP_KEY, 'namespace/name IPv4'),
      new Map<string, string>(),
    ),
    nodePorts: section('nodePorts', readPort(NODE_PORT_KEY, 'namespace/name 80'), portHolders),
    healthCheckNodePorts: section(
      'healthCheckNodePorts',
      readPort(HEALTH_CHECK_KEY, 'namespace/name'),
      portHolders,
    ),
    podIPs: section(
      'podIPs',
      readAddress(POD_IP_KEY, 'Deployment namespace/name 0 IPv4'),
      new Map<string, string>(),
    ),
  };
  return { value: assignments, problems };
}

function checkHead(fields: Fields, complain: Complain): void {
  if (fields['apiVersion'] !== ASSIGNMENTS_API_VERSION || fields['kind'] !== ASSIGNMENTS_KIND) {
    complain([], `must have apiVersion ${ASSIGNMENTS_API_VERSION} and kind ${ASSIGNMENTS_KIND}`);
  }
  for (const key of Object.keys(fields)) {
    if (!FIELDS.includes(key)) complain([key], `unknown field; known are ${FIELDS.join(', ')}`);
  }
}

function readSection<V>(
  fields: Fields,
  name: string,
  reader: Reader<V>,
  holders: Map<V, string>,
  complain: Complain,
): ReadonlyMap<string, V> {
  const entries = new Map<string, V>();
  const section = fields[name] ?? {};
  if (!isRecord(section)) {
    complain([name], 'must be an object');
    return entries;
  }
  for (const [key, raw] of Object.entries(section)) {
    const read = reader(key, raw);
    if ('wrong' in read) {
      complain([name, key], read.wrong);
      continue;
    }
    const holder = holders.get(read.value);
    if (holder !== undefined) complain([name, key], `${String(read.value)} is already given to ${holder}`);
    else entries.set(key, read.value);
    holders.set(read.value, holder ?? `${name}[${key}]`);
  }
  return entries;
}

const CLUSTER_IP_KEY = /^[^/ ]+\/[^/ ]+ IPv[46]$/;
const NODE_PORT_KEY = /^[^/ ]+\/[^/ ]+ \d+$/;
const HEALTH_CHECK_KEY = /^[^/ ]+\/[^/ ]+$/;
const POD_IP_KEY = /^[A-Za-z]+ [^/ ]+\/[^/ ]+ (?:[^ ]+ )?IPv[46]$/;

const readAddress =
  (form: RegExp, example: string): Reader<string> =>
  (key, value) => {
    if (!form.test(key)) return { wrong: `the key must have the form "${example}"` };
    const family = typeof value === 'string' ? familyOf(value) : undefined;
    if (typeof value !== 'string' || family === undefined) return { wrong: 'must be an IP address' };
    if (!key.endsWith(family)) return { wrong: `${value} is an ${family} address, unlike its key` };
    return { value: canonicalIp(value) };
  };

const readPort =
  (form: RegExp, example: string): Reader<number> =>
  (key, value) => {
    if (!form.test(key)) return { wrong: `the key must have the form "${example}"` };
    const isPort = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
    return isPort ? { value } : { wrong: 'must be a port number, 1 to 65535' };
  };

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
