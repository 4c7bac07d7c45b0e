import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressMistakes,
  canonicalAddressMistakes,
  endpointAddressMistakes,
  networkMistakes,
} from '../../../src/manifest/check/addresses.ts';

const NOT_AN_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const ZEROS = 'must not have leading 0s';
const MAPPED = 'must not be an IPv4-mapped IPv6 address';

describe('addresses', () => {
  it.each([
    '10.0.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    'fd00::1',
    'FD00:0:0:0:0:0:0:01',
    '64:ff9b::1.2.3.4',
    '::1.2.3.4',
  ])('takes %s', (text) => {
    expect(addressMistakes(text)).toEqual([]);
  });

  it.each([
    ['', NOT_AN_ADDRESS],
    ['10.0.0', NOT_AN_ADDRESS],
    ['10.0.0.256', NOT_AN_ADDRESS],
    ['10.0.0.1/32', NOT_AN_ADDRESS],
    [' 10.0.0.1', NOT_AN_ADDRESS],
    ['10.0.0.1\n', NOT_AN_ADDRESS],
    ['0x0a.0.0.1', NOT_AN_ADDRESS],
    ['[::1]', NOT_AN_ADDRESS],
    ['fe80::1%eth0', NOT_AN_ADDRESS],
    ['1::2::3', NOT_AN_ADDRESS],
    ['0'.repeat(1e6), NOT_AN_ADDRESS],
    ['010.0.0.1', ZEROS],
    ['10.0.0.01', ZEROS],
    ['00001::1', ZEROS],
    ['::ffff:10.0.0.1', MAPPED],
    ['::ffff:a00:1', MAPPED],
    ['0:0:0:0:0:FFFF:10.0.0.1', MAPPED],
  ])('refuses %.40j: %s', (text, why) => {
    expect(addressMistakes(text)).toEqual([why]);
  });

  it.each([
    ['fd00::1', []],
    ['10.0.0.1', []],
    ['FD00::1', ['must be in canonical form ("fd00::1")']],
    ['fd00:0::1', ['must be in canonical form ("fd00::1")']],
    ['x', [NOT_AN_ADDRESS]],
  ])('canonical: %s', (text, mistakes) => {
    expect(canonicalAddressMistakes(text)).toEqual(mistakes);
  });

  it.each([
    ['10.0.0.1', undefined],
    ['224.0.1.1', undefined],
    ['fec0::1', undefined],
    ['ff05::1', undefined],
    ['0.0.0.0', 'unspecified (0.0.0.0)'],
    ['0::0', 'unspecified (0::0)'],
    ['127.1.2.3', 'loopback'],
    ['0::1', 'loopback'],
    ['169.254.1.1', 'link-local range'],
    ['FE80::1', 'link-local range'],
    ['febf::1', 'link-local range'],
    ['224.0.0.255', 'multicast'],
    ['ff02::1', 'multicast'],
    ['ff12::1', 'multicast'],
  ])('as an endpoint: %s', (text, why) => {
    const mistakes = endpointAddressMistakes(text);
    expect(mistakes).toHaveLength(why === undefined ? 0 : 1);
    expect(mistakes.join()).toContain(why ?? '');
  });
});

describe('networks', () => {
  const NOT_A_NETWORK = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
  const ZEROS_SOMEWHERE = 'must not have leading 0s in IP or prefix length';

  it.each(['10.0.0.0/8', '0.0.0.0/0', '10.0.0.1/32', '::/0', 'FD00:0::/8', 'fd00::1/128'])(
    'takes %s',
    (text) => {
      expect(networkMistakes(text)).toEqual([]);
    },
  );

  it.each([
    ['', NOT_A_NETWORK],
    ['10.0.0.0', NOT_A_NETWORK],
    ['10.0.0.0/', NOT_A_NETWORK],
    ['10.0.0.0/33', NOT_A_NETWORK],
    ['::/129', NOT_A_NETWORK],
    ['10.0.0.0/8/8', NOT_A_NETWORK],
    ['10.0.0.0/+8', NOT_A_NETWORK],
    ['10.0.0.0/8 ', NOT_A_NETWORK],
    ['/8', NOT_A_NETWORK],
    ['10.0.0.0/08', ZEROS_SOMEWHERE],
    ['010.0.0.0/8', ZEROS_SOMEWHERE],
    ['10.0.0.1/8', 'must not have bits set beyond the prefix length'],
    ['fd00::1/64', 'must not have bits set beyond the prefix length'],
    ['::ffff:10.0.0.0/104', 'must not have an IPv4-mapped IPv6 address'],
  ])('refuses %j: %s', (text, why) => {
    expect(networkMistakes(text)).toEqual([why]);
  });
});

describe('hostile text', () => {
  const colonsAndDigits = fc.string({
    unit: fc.constantFrom(...Array.from('0123456789abcdefF:./%')),
    maxLength: 45,
  });

  it('never throws, and never passes with a letter that is no part of an address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), colonsAndDigits, fc.ipV4(), fc.ipV6(), fc.ipV4Extended()), (text) => {
        const accepted = addressMistakes(text).length === 0;
        networkMistakes(text);
        networkMistakes(`${text}/8`);
        canonicalAddressMistakes(text);
        if (accepted) endpointAddressMistakes(text);
        return !accepted || /^[0-9a-fA-F:.]+$/.test(text);
      }),
      { numRuns: 20000 },
    );
  });
});
