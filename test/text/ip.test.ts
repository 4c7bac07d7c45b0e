import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalIp, cidrContains, formatCidr, parseCidr } from '../../src/text/ip.ts';

/** The spelling of another implementation (WHATWG URL), which agrees with Go's except for IPv4-mapped addresses. */
function asInUrl(text: string): string {
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical);
  if (mapped === null) return canonical;
  const halves = [mapped[1]!, mapped[2]!].map((half) => parseInt(half, 16));
  return halves.flatMap((half) => [half >> 8, half & 255]).join('.');
}

describe('the canonical spelling of an address', () => {
  const nearlyAddress = fc.string({ unit: fc.constantFrom(...Array.from('012af:.')), maxLength: 20 });

  it('agrees with another implementation', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), nearlyAddress), (text) => {
        if (isIPv6(text)) expect(canonicalIp(text)).toBe(asInUrl(text));
      }),
      { numRuns: 20000 },
    );
  });

  it.each([
    ['::1.2.3.4', '::102:304'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['FD00:0:0:1::', 'fd00:0:0:1::'],
    ['10.0.0.1', '10.0.0.1'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalIp(text)).toBe(canonical);
  });
});

describe('networks', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['FD00:1::5/16', 'fd00::/16'],
    ['::1.2.3.4/120', '::102:300/120'],
  ])('%s is %s', (text, canonical) => {
    expect(formatCidr(parseCidr(text)!)).toBe(canonical);
  });

  it('contain addresses in any spelling, of their own family only', () => {
    const network = parseCidr('::/96')!;
    expect(cidrContains(network, '::1.2.3.4')).toBe(true);
    expect(cidrContains(network, '1.2.3.4')).toBe(false);
    expect(cidrContains(network, '1::1.2.3.4')).toBe(false);
  });
});
