import { describe, expect, it } from 'vitest';
import { type Version } from '../../src/dialect/version.ts';
import { type ProxySettings } from '../../src/proxy/settings.ts';
import { type ProxyEndpoint } from '../../src/proxy/state.ts';
import { topologyKeysFilter } from '../../src/proxy/topology-keys.ts';
import { topologyFilter } from '../../src/proxy/topology.ts';
import { featuresWith, endpointOf, serviceOf, settingsAt, settingsOf } from '../helpers/proxy.ts';

const MODE = 'service.kubernetes.io/topology-mode';
const HINTS = 'service.kubernetes.io/topology-aware-hints';

const near = endpointOf('near', { zoneHints: ['zone-a'], nodeHints: ['node-1'] });
const far = endpointOf('far', { zoneHints: ['zone-b'], nodeHints: ['node-2'] });
const sameZone = endpointOf('same-zone', { zoneHints: ['zone-a'], nodeHints: ['node-2'] });
const plain = endpointOf('plain');
const unready = endpointOf('unready', { ready: false });

/** What is left of the endpoints, or that hints were ignored. */
function left(
  version: Version,
  endpoints: readonly ProxyEndpoint[],
  annotations: Readonly<Record<string, string>> = {},
  overrides: Partial<ProxySettings> = {},
): string {
  const settings = settingsAt(version, { zone: 'zone-a', ...overrides });
  const filter = topologyFilter(
    serviceOf({}, annotations),
    endpoints,
    settings,
    featuresWith(version, settings),
  );
  return filter === undefined
    ? 'ignored'
    : endpoints
        .filter(filter)
        .map(({ ip }) => ip)
        .join(' ');
}

describe('hints', () => {
  it.each([
    ['of the node go first', [near, sameZone, far], {}, 'near'],
    ['of the zone, when none is for the node', [sameZone, far], {}, 'same-zone'],
    ['need every ready endpoint to have them', [near, plain], {}, 'ignored'],
    ['need not be on endpoints that are not ready', [near, unready], {}, 'near'],
    ['count for nothing when none is for here', [far], {}, 'ignored'],
    ['of no endpoint at all', [unready], {}, 'ignored'],
    ['of a node without a zone', [sameZone, far], { zone: '' }, 'ignored'],
    ['of a node without a name', [near, far], { nodeName: '' }, 'near'],
  ])('%s', (_, endpoints, overrides, expected) => {
    expect(left('1.36', endpoints, {}, overrides)).toBe(expected);
  });

  it('an endpoint that is not ready must have them, too, in the oldest releases that knew them', () => {
    const gates = new Set(['TopologyAwareHints']);
    const asked = { [HINTS]: 'auto' };
    expect(left('1.22', [near, unready], asked, { gates })).toBe('ignored');
    expect(left('1.23', [near, unready], asked, { gates })).toBe('near');
  });

  it.each<[Version, Readonly<Record<string, string>>, string]>([
    ['1.24', {}, 'ignored'],
    ['1.24', { [HINTS]: 'auto' }, 'near'],
    ['1.24', { [HINTS]: 'Auto' }, 'near'],
    ['1.24', { [HINTS]: 'AUTO' }, 'ignored'],
    ['1.24', { [MODE]: 'Auto' }, 'ignored'],
    ['1.27', { [MODE]: 'Auto' }, 'near'],
    ['1.27', { [MODE]: 'whatever' }, 'near'],
    ['1.27', { [MODE]: 'Disabled' }, 'ignored'],
    ['1.27', { [MODE]: 'disabled' }, 'ignored'],
    ['1.27', { [HINTS]: 'Disabled', [MODE]: 'Auto' }, 'ignored'],
    ['1.27', {}, 'ignored'],
    ['1.31', {}, 'near'],
    ['1.36', { [MODE]: 'Disabled' }, 'near'],
  ])('in %s with annotations %j: %s', (version, annotations, expected) => {
    expect(left(version, [near, far], annotations)).toBe(expected);
  });

  it('are asked for in lower case alone in the first release', () => {
    const gates = new Set(['TopologyAwareHints']);
    expect(left('1.21', [near, far], { [HINTS]: 'auto' }, { gates })).toBe('near');
    expect(left('1.21', [near, far], { [HINTS]: 'Auto' }, { gates })).toBe('ignored');
  });
});

describe('topologyKeys', () => {
  const host = (name: string): ProxyEndpoint =>
    endpointOf(name, { topology: new Map([['kubernetes.io/hostname', name]]) });
  const zoned = endpointOf('zoned', { topology: new Map([['zone', 'a']]) });
  const labels = { 'kubernetes.io/hostname': 'node-1', zone: 'a' };

  it.each([
    ['none: all', [], labels, 'all'],
    ['the first that any endpoint agrees in', ['kubernetes.io/hostname', 'zone'], labels, 'node-1'],
    ['a later one', ['rack', 'zone'], labels, 'zoned'],
    ['no agreement: none', ['rack'], labels, ''],
    ['* at the end: all', ['rack', '*'], labels, 'all'],
    ['names of objects are no labels', ['constructor', '__proto__'], labels, ''],
    ['a node without labels: none', ['zone'], {}, ''],
    ['a node without labels and *: all', ['zone', '*'], {}, 'all'],
    ['no Node at all: none', ['zone'], undefined, ''],
  ])('%s', (_, topologyKeys, nodeLabels, expected) => {
    const endpoints = [host('node-1'), host('node-2'), zoned];
    const settings = settingsOf(nodeLabels === undefined ? {} : { nodeLabels });
    const filter = topologyKeysFilter(serviceOf({ topologyKeys }), endpoints, settings);
    const kept = filter === undefined ? ['all'] : endpoints.filter(filter).map(({ ip }) => ip);
    expect(kept.join(' ')).toBe(expected);
  });
});
