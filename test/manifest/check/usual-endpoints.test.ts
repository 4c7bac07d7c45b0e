/**
 * Endpoints are read in one pass where all endpoints of a slice are usual ones. Whatever they hold, the result must be
 * that of the schema and the rules, which look at each field.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndpointSlice } from '../../../src/manifest/types.ts';
import { readUsualEndpoints } from '../../../src/manifest/check/usual-endpoints.ts';
import { checkValues } from './helpers.ts';

const slice = (addressType: unknown, endpoints: unknown): Readonly<Record<string, unknown>> => ({
  addressType,
  apiVersion: 'discovery.k8s.io/v1',
  endpoints,
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
});

const CONDITIONS = { ready: true, serving: true, terminating: false };
const usual = { addresses: ['10.0.0.1'], conditions: CONDITIONS, nodeName: 'node-1', zone: 'a' };
/** Hints have only the schema and the rules read the slice. */
const HINTED = { ...usual, hints: { forZones: [{ name: 'a' }] } };

/** What becomes of the endpoints, with one more behind them that sends the slice the long way. */
function theLongWay(addressType: string, endpoints: readonly unknown[]): unknown {
  const address = addressType === 'IPv6' ? 'fd00::1' : '10.0.0.1';
  const { objects, lines } = checkValues([
    slice(addressType, [...endpoints, { ...HINTED, addresses: [address] }]),
  ]);
  return { endpoints: (objects[0] as EndpointSlice | undefined)?.endpoints.slice(0, -1), lines };
}

function asItIsRead(addressType: string, endpoints: readonly unknown[]): unknown {
  const { objects, lines } = checkValues([slice(addressType, endpoints)]);
  return { endpoints: (objects[0] as EndpointSlice | undefined)?.endpoints, lines };
}

const odd = fc.constantFrom<unknown>(
  null,
  '',
  1,
  true,
  [],
  {},
  'node-1',
  'Not.A_name',
  'a.b',
  'x'.repeat(64),
);
const address = fc.constantFrom<unknown>(
  ...[
    '10.0.0.1',
    '10.0.0.01',
    '0.0.0.0',
    '127.0.0.1',
    '169.254.1.1',
    '224.0.0.1',
    '256.1.1.1',
    '10.0.0.1 ',
    '',
  ],
  ...['fd00::1', 'FD00::1', '::', '::1', 'fe80::1', 'ff02::1', '::ffff:10.0.0.1', 'fd00::1%eth0'],
  ...[null, 7, ['10.0.0.1']],
);
const flag = fc.constantFrom<unknown>(true, false, null, 'true', 1);
const conditions = fc.oneof(
  fc.constant(CONDITIONS),
  fc.record({ ready: flag, serving: flag, terminating: flag, other: flag }, { requiredKeys: [] }),
  odd,
);
const endpoint = fc.oneof(
  { weight: 9, arbitrary: fc.constant<unknown>(usual) },
  fc.record(
    {
      addresses: fc.oneof(fc.array(address, { maxLength: 2 }), odd),
      conditions,
      nodeName: fc.oneof(fc.constant('node-1'), odd),
      zone: fc.oneof(fc.constant('a'), odd),
      targetRef: fc.oneof(fc.constant({ kind: 'Pod', name: 'web-1' }), fc.constant({ sort: 'Pod' }), odd),
      hostname: fc.oneof(fc.constant('web-1'), odd),
      other: odd,
    },
    { requiredKeys: ['addresses'] },
  ),
  fc.record({ addresses: fc.array(address, { minLength: 1, maxLength: 1 }), conditions, nodeName: odd }),
  odd,
);

describe('endpoints of a slice', () => {
  it('are what the schema and the rules make of them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('IPv4', 'IPv6', 'FQDN', 'ipv4', ''),
        fc.array(endpoint, { maxLength: 3 }),
        (addressType, endpoints) => {
          // The number of the line is that of the text, in which the hinted endpoint stands behind all others.
          expect(asItIsRead(addressType, endpoints)).toEqual(theLongWay(addressType, endpoints));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['with a zone', usual],
    ['without a zone', { addresses: ['10.0.0.1'], conditions: CONDITIONS, nodeName: 'node-1' }],
    ['that end', { ...usual, conditions: { ready: false, serving: true, terminating: true } }],
  ])('%s are read at once', (_, raw) => {
    const ofPod = { ...raw, targetRef: { kind: 'Pod', name: 'web-1' } };
    expect(readUsualEndpoints(slice('IPv4', [raw, ofPod]))).toEqual([raw, raw]);
  });

  it.each([
    ['with hints', [HINTED]],
    ['of v1beta1', [{ ...usual, topology: {} }]],
    ['with two addresses', [{ ...usual, addresses: ['10.0.0.1', '10.0.0.2'] }]],
    ['that are more than a slice may have', Array.from({ length: 1001 }, () => usual)],
    ['that are no list', {}],
  ])('%s are left to the schema and the rules', (_, endpoints) => {
    expect(readUsualEndpoints(slice('IPv4', endpoints))).toBeUndefined();
  });
});
