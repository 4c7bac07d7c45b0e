/** What a real API server (1.36) said to each manifest, against what checkObjects says. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { checkObjects } from '../../../src/manifest/check/check-objects.ts';
import { readManifest } from '../../../src/manifest/read-manifest.ts';
import { type Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { apiServerRanges } from './helpers.ts';

type Json = Record<string, unknown>;

interface Case {
  readonly name: string;
  readonly manifest: Json;
  readonly accepted: boolean;
  readonly stored?: Json;
  readonly causes?: readonly { readonly field?: string; readonly message: string }[];
  readonly clusterDependent?: boolean;
}

const cases = JSON.parse(
  readFileSync(new URL('../../../fixtures/oracle-validation/cases.json', import.meta.url), 'utf8'),
) as readonly Case[];

/** The API server takes these, but no kernel can hold them. */
const WE_REFUSE = new Set(['endpointslice-port-zero', 'endpointslice-port-big']);

/** An object without a name stumbles over the allocation of its IP before its name is looked at. */
const OTHER_FIELD = new Map([
  ['service-name-empty', 'metadata.name'],
  ['service-generatename-none', 'metadata.name'],
]);

function check(manifest: Json, options = apiServerRanges) {
  const source = { name: 'case.json', text: JSON.stringify(manifest, null, 2) };
  const { value, problems } = checkObjects(readManifest(source).value, { strict: true, ranges: options });
  return { object: value.resources[0]?.object, problems };
}

const paths = (problems: readonly Diagnostic[]) => new Set(problems.map((problem) => problem.path));

/** Without what is empty, and with hints spelled as in our types: both sides of the comparison go through it. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Json)
    .map(
      ([key, item]) => [key, key === 'forZones' || key === 'forNodes' ? names(item) : pruned(item)] as const,
    )
    .filter(([, item]) => item !== '' && item !== null && item !== undefined && !isEmpty(item));
  return Object.fromEntries(entries);
}

const names = (hints: unknown) =>
  (hints as readonly (string | { name: string })[]).map((hint) =>
    typeof hint === 'string' ? hint : hint.name,
  );

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && Object.keys(value as Json).length === 0;

interface Stored {
  metadata: Json;
  spec?: StoredSpec;
}
interface StoredSpec {
  clusterIPs?: string[];
  clusterIP?: string;
  healthCheckNodePort?: number;
  ports?: Json[];
}

/** What is stored without what only a cluster can know: allocated IPs and ports, generated names, generations. */
function withoutAssigned(stored: Json, ours: Json): Json {
  const copy = structuredClone(stored) as unknown as Stored;
  const our = ours as unknown as Stored;
  delete copy.metadata['generation'];
  if (copy.metadata['generateName'] !== undefined) {
    delete copy.metadata['generateName'];
    copy.metadata['name'] = our.metadata['name'];
  }
  if (copy.spec !== undefined && our.spec !== undefined) dropAssigned(copy.spec, our.spec);
  return { ...copy, apiVersion: undefined };
}

function dropAssigned(stored: StoredSpec, ours: StoredSpec): void {
  stored.clusterIPs = (stored.clusterIPs ?? []).slice(0, ours.clusterIPs?.length);
  if (ours.clusterIP === undefined) delete stored.clusterIP;
  if (ours.healthCheckNodePort === undefined) delete stored.healthCheckNodePort;
  for (const [index, port] of (stored.ports ?? []).entries()) {
    if (ours.ports?.[index]?.['nodePort'] === undefined) delete port['nodePort'];
  }
}

/** What we keep as `false` and the API server leaves out. */
function withoutFalse(object: unknown): Json {
  const copy = structuredClone(object) as { spec?: Json };
  if (copy.spec?.['publishNotReadyAddresses'] === false) delete copy.spec['publishNotReadyAddresses'];
  return copy;
}

describe('decisions of a real API server', () => {
  let met = 0;
  afterAll(() => {
    process.stdout.write(`oracle-validation: ${met} / ${cases.length} decisions met\n`);
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s', (name, one) => {
    const { object, problems } = check(one.manifest);
    if (one.accepted && !WE_REFUSE.has(name)) {
      expect(problems).toEqual([]);
      const ours = withoutFalse(object);
      expect(pruned(ours)).toEqual(pruned(withoutAssigned(one.stored!, ours)));
    } else {
      expect(object).toBeUndefined();
      const fields = (one.causes ?? []).flatMap((cause) => cause.field ?? []);
      const expected = OTHER_FIELD.has(name) ? [OTHER_FIELD.get(name)] : [...new Set(fields)];
      const found = paths(problems);
      expect(expected.filter((field) => !found.has(field))).toEqual([]);
      if (expected.length > 0) expect(found.size).toBe(expected.length);
    }
    met += 1;
  });
});

describe('words of a real API server', () => {
  /** Decoding errors name Go types there; allocation knows the cluster; and one prints a whole Go struct. */
  const OTHER_WORDS = new Set([
    'service-two-ports-same-port',
    'service-nodeport-neg',
    'service-nodeport-big',
    'service-name-empty',
    'service-generatename-none',
  ]);
  const worded = cases.filter((one) => !one.accepted && one.causes?.[0]?.field && !OTHER_WORDS.has(one.name));

  it.each(worded.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const expected = one.causes!.map((cause) => `${cause.field ?? ''}: ${cause.message}`);
    const found = check(one.manifest).problems.map((problem) => `${problem.path ?? ''}: ${problem.message}`);
    // For an Endpoints address that is none the API server says it twice, in two ways.
    expect(
      expected.filter((line) => !found.includes(line) && !line.endsWith('must be a valid IP address')),
    ).toEqual([]);
  });
});

describe('without knowing the cluster', () => {
  const dependent = cases.filter((one) => one.clusterDependent === true);

  it('there are such cases', () => {
    expect(dependent.map((one) => one.name)).toEqual([
      'service-nodeport-low',
      'service-nodeport-neg',
      'service-nodeport-big',
      'service-hcnp-low',
      'service-generatename',
    ]);
  });

  it('warns of what is out of the usual range, and refuses what is no port', () => {
    const lines = dependent.flatMap((one) =>
      check(one.manifest, { ...apiServerRanges, explicit: false })
        .problems.filter(({ path }) => path !== undefined)
        .map(({ severity, path, message }) => `${one.name}: ${severity}: ${path ?? ''}: ${message}`),
    );
    expect(lines).toEqual([
      'service-nodeport-low: warning: spec.ports[0].nodePort: Invalid value: 29999: provided port is not in the valid range. The range of valid ports is 30000-32767',
      'service-nodeport-neg: error: spec.ports[0].nodePort: Invalid value: -1: must be between 1 and 65535, inclusive',
      'service-nodeport-big: error: spec.ports[0].nodePort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'service-hcnp-low: warning: spec.healthCheckNodePort: Invalid value: 100: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ]);
  });
});
