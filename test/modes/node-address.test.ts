import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Firewall, nodeAddressFor } from '../../src/modes/node-address.ts';
import { cidrContains, parseCidr } from '../../src/text/ip.ts';

const firewall = (letsNodePass: boolean, ...ranges: readonly string[]): Firewall => ({
  letsNodePass,
  ranges: ranges.flatMap((range) => parseCidr(range) ?? []),
});

/** How many of the firewalls an address explains. */
const explainedBy = (ip: string, firewalls: readonly Firewall[]): number =>
  firewalls.filter(
    ({ letsNodePass, ranges }) => letsNodePass === ranges.some((range) => cidrContains(range, ip)),
  ).length;

describe('nodeAddressFor', () => {
  it('finds nothing where no firewall lets the node pass', () => {
    expect(nodeAddressFor([])).toBeUndefined();
    expect(nodeAddressFor([firewall(false, '10.0.0.0/8')])).toBeUndefined();
  });

  it('passes over ranges that the node is not in', () => {
    const firewalls = [
      firewall(true, '198.51.100.0/24', '192.168.0.0/24'),
      firewall(false, '198.51.100.0/24'),
      firewall(true, '192.168.0.0/16', '192.168.0.0/24'),
    ];
    expect(nodeAddressFor(firewalls)).toBe('192.168.0.0');
  });

  it('takes the last address of a family, and IPv6', () => {
    expect(
      nodeAddressFor([firewall(true, '255.255.255.255/32'), firewall(false, '255.255.255.254/32')]),
    ).toBe('255.255.255.255');
    expect(
      nodeAddressFor([firewall(true, '2001:db8::/64', 'fd00::/8'), firewall(false, '2001:db8::/32')]),
    ).toBe('fd00::');
  });

  it('explains as many firewalls as the best of all candidates', () => {
    const range = fc
      .tuple(fc.nat(31), fc.integer({ min: 27, max: 32 }))
      .map(([last, prefix]) => `192.0.2.${last}/${prefix}`);
    const firewalls = fc.array(
      fc
        .tuple(fc.boolean(), fc.array(range, { minLength: 1, maxLength: 4 }))
        .map(([passes, ranges]) => firewall(passes, ...ranges)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(firewalls, (all) => {
        const found = nodeAddressFor(all);
        const scores = all
          .filter(({ letsNodePass }) => letsNodePass)
          .flatMap(({ ranges }) => ranges.map(({ address }) => explainedBy(address, all)));
        expect(found === undefined ? [] : [explainedBy(found, all)]).toEqual(
          scores.length === 0 ? [] : [Math.max(...scores)],
        );
      }),
    );
  });

  it('takes one pass over 20,000 firewalls of different ranges', () => {
    const firewalls = Array.from({ length: 20_000 }, (_, at) =>
      firewall(at % 2 === 0, `10.${at >> 8}.${at & 255}.0/24`, `${at % 2 === 0 ? '192' : '172'}.16.0.0/16`),
    );
    expect(nodeAddressFor(firewalls)).toBe('192.16.0.0');
  });
});
