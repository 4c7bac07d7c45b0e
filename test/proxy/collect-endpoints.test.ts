import { describe, expect, it } from 'vitest';
import { type Version } from '../../src/dialect/version.ts';
import { type EndpointSlice } from '../../src/manifest/types.ts';
import { collectEndpoints } from '../../src/proxy/collect-endpoints.ts';
import { type ProxySettings } from '../../src/proxy/settings.ts';
import { featuresWith, settingsAt, sliceOf } from '../helpers/proxy.ts';

const WANTED = { portName: '', protocol: 'TCP' } as const;

function addresses(
  version: Version,
  slices: readonly EndpointSlice[],
  overrides: Partial<ProxySettings> = {},
): string {
  const settings = settingsAt(version, overrides);
  const found = collectEndpoints(WANTED, slices, settings, featuresWith(version, settings));
  return found.map(({ address, local }) => (local ? `${address} (here)` : address)).join(' ');
}

const unordered = [sliceOf('a', ['10.0.0.2', '10.0.0.10']), sliceOf('b', ['10.0.0.1', '10.0.0.2'])];
const unready = sliceOf('a', [{ addresses: ['10.0.0.1'], conditions: { ready: false } }, '10.0.0.2']);

describe('endpoints', () => {
  it('stand as in Endpoints, even twice', () => {
    expect(addresses('1.18', unordered)).toBe('10.0.0.2:80 10.0.0.10:80 10.0.0.1:80 10.0.0.2:80');
  });

  it('of slices are sorted as text, each once', () => {
    expect(addresses('1.19', unordered)).toBe('10.0.0.10:80 10.0.0.1:80 10.0.0.2:80');
  });

  it('of the first slices are sorted by address alone', () => {
    const gates = new Set(['EndpointSlice']);
    expect(addresses('1.16', unordered, { gates })).toBe('10.0.0.1:80 10.0.0.10:80 10.0.0.2:80');
  });

  it('that are not ready are known from the release on that watches them end', () => {
    expect(addresses('1.18', [unready])).toBe('10.0.0.2:80');
    expect(addresses('1.20', [unready])).toBe('10.0.0.2:80');
    expect(addresses('1.21', [unready])).toBe('10.0.0.1:80 10.0.0.2:80');
  });

  it.each<[string, EndpointSlice['ports'][number], string]>([
    ['a port of another name', { name: 'http', protocol: 'TCP', port: 80 }, ''],
    ['a port without a name', { protocol: 'TCP', port: 80 }, ''],
    ['a port without a number', { name: '', protocol: 'TCP' }, ''],
    ['port 0', { name: '', protocol: 'TCP', port: 0 }, ''],
    ['another protocol', { name: '', protocol: 'UDP', port: 80 }, ''],
    ['the right port', { name: '', protocol: 'TCP', port: 81 }, '10.0.0.1:81'],
  ])('of %s', (_, port, expected) => {
    expect(addresses('1.36', [sliceOf('a', ['10.0.0.1'], port)])).toBe(expected);
  });

  it('of another protocol counted while ports were known by name', () => {
    const udp = [sliceOf('a', ['10.0.0.1'], { name: '', protocol: 'UDP', port: 80 })];
    expect(addresses('1.16', udp)).toBe('10.0.0.1:80');
    expect(addresses('1.17', udp)).toBe('');
  });

  it('count by their first address, and only in its family', () => {
    const slices = [
      sliceOf('a', [
        { addresses: ['10.0.0.1', '10.0.0.2'], conditions: {} },
        { addresses: ['fd00::1'], conditions: {} },
        { addresses: [], conditions: {} },
      ]),
    ];
    expect(addresses('1.36', slices)).toBe('10.0.0.1:80');
    expect(addresses('1.36', slices, { ipFamily: 'IPv6' })).toBe('[fd00::1]:80');
  });

  it('are of this node by its name', () => {
    const slices = [
      sliceOf('a', [
        { addresses: ['10.0.0.1'], conditions: {}, nodeName: 'node-1' },
        { addresses: ['10.0.0.2'], conditions: {}, nodeName: 'node-2' },
        { addresses: ['10.0.0.3'], conditions: {} },
      ]),
    ];
    expect(addresses('1.36', slices)).toBe('10.0.0.1:80 (here) 10.0.0.2:80 10.0.0.3:80');
  });

  it('that occur twice are one: the local one, later the one that does not terminate', () => {
    const twice = [
      sliceOf('a', [{ addresses: ['10.0.0.1'], conditions: { terminating: true }, nodeName: 'node-1' }]),
      sliceOf('b', [{ addresses: ['10.0.0.1'], conditions: {}, nodeName: 'node-2' }]),
    ];
    expect(addresses('1.35', twice)).toBe('10.0.0.1:80 (here)');
    expect(addresses('1.36', twice)).toBe('10.0.0.1:80');
  });

  it('know where they are when topologyKeys may ask', () => {
    const endpoint = {
      addresses: ['10.0.0.1'],
      conditions: {},
      nodeName: 'node-1',
      zone: 'zone-a',
      topology: { rack: 'r1' },
    };
    const settings = settingsAt('1.20', { gates: new Set(['ServiceTopology', 'EndpointSliceProxying']) });
    const find = (version: Version): readonly (readonly [string, string])[] => [
      ...(collectEndpoints(WANTED, [sliceOf('a', [endpoint])], settings, featuresWith(version, settings))[0]
        ?.topology ?? []),
    ];
    expect(find('1.20')).toEqual([
      ['rack', 'r1'],
      ['kubernetes.io/hostname', 'node-1'],
      ['topology.kubernetes.io/zone', 'zone-a'],
    ]);
    expect(find('1.22')).toEqual([]);
  });
});
