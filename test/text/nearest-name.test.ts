import { describe, expect, it } from 'vitest';
import { nearestName } from '../../src/text/nearest-name.ts';

const KNOWN = ['clusterCIDR', 'conntrack', 'mode', 'masqueradeAll', 'masqueradeBit'];

describe('the nearest name', () => {
  it.each<[string, string | undefined]>([
    ['clustercidr', 'clusterCIDR'],
    ['cluster-cidr', 'clusterCIDR'],
    ['conntrak', 'conntrack'],
    ['conntrakc', 'conntrack'],
    ['masqueradeBitt', 'masqueradeBit'],
    ['mdoe', 'mode'],
    ['node', 'mode'],
    ['nod', undefined],
    ['bindAddress', undefined],
    ['x', undefined],
    ['', undefined],
    ['m'.repeat(200), undefined],
  ])('of %j', (name, expected) => {
    expect(nearestName(name, KNOWN)).toBe(expected);
  });
});
