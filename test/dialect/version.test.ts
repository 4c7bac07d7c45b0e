import { describe, expect, it } from 'vitest';
import { CAPTURED } from '../../src/dialect/captures.ts';
import { featuresFor } from '../../src/dialect/features.ts';
import { type Feature, HISTORY, modeOfFeature } from '../../src/dialect/history.ts';
import { gateAt } from '../../src/dialect/feature-gates.ts';
import { type Row, rowAt, rows } from '../../src/dialect/rows.ts';
import { NEWEST, OLDEST, parseVersion, rankOf, type Version, VERSIONS } from '../../src/dialect/version.ts';

describe('a version', () => {
  it.each([
    ['1.36', '1.36'],
    ['v1.36', '1.36'],
    ['1.30.2', '1.30'],
    ['v1.30.2', '1.30'],
    ['v1.30.2-rc.1', '1.30'],
    ['v1.30.2+k3s1', '1.30'],
    ['v1.21.14-gke.700', '1.21'],
    ['1.1', '1.1'],
    ['1.1.8', '1.1'],
    ['1.10', '1.10'],
    ['1.11.8', '1.11'],
    ['1.0', undefined],
    ['1.37', '1.37'],
    ['1.38', undefined],
    ['2.0', undefined],
    ['1', undefined],
    ['1.30.x', undefined],
    ['1.30 ', undefined],
    ['latest', undefined],
    ['', undefined],
  ])('%j is the dialect %s', (text, version) => {
    expect(parseVersion(text)).toBe(version);
  });

  it('stands in its place', () => {
    expect([OLDEST, NEWEST]).toEqual(['1.1', '1.37']);
    expect(VERSIONS.map(rankOf)).toEqual(VERSIONS.map((_, rank) => rank));
    expect(VERSIONS).toHaveLength(37);
  });

  it('was captured in the release that it names', () => {
    for (const [version, release] of Object.entries(CAPTURED)) expect(parseVersion(release)).toBe(version);
  });
});

describe('a history', () => {
  const history = rows(
    { since: '1.1', value: 'a' },
    { since: '1.9', value: 'b' },
    { since: '1.10', value: 'c' },
  );

  it.each([
    ['1.1', 'a'],
    ['1.8', 'a'],
    ['1.9', 'b'],
    ['1.10', 'c'],
    ['1.36', 'c'],
  ] as const)('at %s says %s', (version, value) => {
    expect(rowAt(history, version).value).toBe(value);
  });

  it('that begins too late is a mistake of ours', () => {
    expect(() => rowAt(rows({ since: '1.9', value: 1 }), '1.8')).toThrow('no row at or below 1.8');
  });
});

const FEATURES = Object.entries(HISTORY) as [Feature, readonly Row<unknown>[]][];

describe.each(FEATURES)('%s', (_, list) => {
  it('begins with the oldest release and goes on in order', () => {
    const ranks = list.map(({ since }) => rankOf(since));
    expect(list[0]?.since).toBe(OLDEST);
    expect(ranks).toEqual([...new Set(ranks)].toSorted((a, b) => a - b));
  });

  it('changes with each row, and says where that was read', () => {
    for (const [index, row] of list.entries()) {
      if (index === 0) continue;
      expect(row.value).not.toEqual(list[index - 1]?.value);
      expect(row.source, row.since).toMatch(/\S/);
    }
  });

  it('asks only for gates that the release knows', () => {
    for (const { since, value } of list) {
      if (typeof value !== 'object' || value === null || !('gate' in value)) continue;
      expect(gateAt(String(value.gate), since), `${String(value.gate)} in ${since}`).toBeDefined();
    }
  });

  it('tells of patch releases by their full number', () => {
    for (const { patches = [] } of list) {
      for (const patch of patches) expect(patch).toMatch(/^1\.\d+\.\d+$/);
    }
  });
});

describe('a dialect', () => {
  it('is the one before it and its own rows: 1.36, as CONTRIBUTING shows', () => {
    const changed = FEATURES.filter(
      ([, list]) => rowAt(list, '1.35').value !== rowAt(list, '1.36').value,
    ).map(([feature]) => feature);
    expect(changed.filter((feature) => modeOfFeature(feature) === undefined)).toEqual([
      'proxyNameLabel',
      'headlessLabel',
      'externalIps',
      'duplicateEndpoint',
    ]);
    const rowsOf = FEATURES.filter(([, list]) => list.some(({ since }) => since === '1.36'));
    expect(rowsOf.map(([feature]) => feature)).toEqual(changed);
  });

  it('answers every question and cannot be changed', () => {
    const features = featuresFor('1.36');
    expect(Object.keys(features)).toEqual(Object.keys(HISTORY));
    expect(Object.isFrozen(features)).toBe(true);
  });

  it('leaves to gates what gates decide', () => {
    const zoneHints = (version: Version, ...gates: readonly string[]): boolean =>
      featuresFor(version, new Set(gates)).zoneHints;
    expect(zoneHints('1.20', 'TopologyAwareHints')).toBe(false);
    expect(zoneHints('1.23', 'TopologyAwareHints')).toBe(true);
    expect(zoneHints('1.23', 'AnotherGate')).toBe(false);
    expect(zoneHints('1.33')).toBe(true);
  });

  it('has the defaults of the release without gates', () => {
    expect([featuresFor('1.23').zoneHints, featuresFor('1.24').zoneHints]).toEqual([false, true]);
  });

  it('has no more to say than its gates: the answers are one object for all that lead to them', () => {
    expect(featuresFor('1.36', new Set(['AnotherGate']))).toBe(featuresFor('1.36', new Set()));
    const values = VERSIONS.flatMap((version) => Object.values(featuresFor(version)));
    expect(values.filter((value) => typeof value === 'object')).toEqual([]);
  });
});
