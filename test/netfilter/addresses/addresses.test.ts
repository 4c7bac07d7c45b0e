import { describe, expect, it } from 'vitest';
import { printAddresses } from '../../../src/netfilter/addresses/print.ts';
import { readAddresses } from '../../../src/netfilter/addresses/read.ts';

const read = (text: string) => readAddresses({ name: 'addresses', text });

const SHOWN = `\
5: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 10.96.0.20/32 scope global kube-ipvs0
       valid_lft forever preferred_lft forever
    inet6 FD00:10:96::20/128 scope global
       valid_lft forever preferred_lft forever
    inet6 fe80::1/64 scope link
`;

describe('addresses of an interface', () => {
  it.each([
    ['lines of ip addr show', SHOWN],
    ['lines with addresses alone', '# node-1\ninet 10.96.0.20/32\n\ninet6 fd00:10:96::20/128\n'],
    [
      'JSON',
      JSON.stringify([
        {},
        {
          ifname: 'kube-ipvs0',
          addr_info: [
            { family: 'inet', local: '10.96.0.20', prefixlen: 32 },
            { family: 'inet6', local: 'fd00:10:96::20', prefixlen: 128 },
            { family: 'inet', local: '10.96.0.20', prefixlen: 32 },
          ],
        },
      ]),
    ],
  ])('are read from %s', (_, text) => {
    expect(read(text)).toEqual({ value: ['10.96.0.20', 'fd00:10:96::20'], problems: [] });
  });

  it('are printed and read back', () => {
    const text = 'inet 10.96.0.20/32\ninet6 fd00:10:96::20/128\n';
    expect(printAddresses(read(text).value ?? [])).toBe(text);
  });

  it('are none in an empty text', () => {
    expect(read('')).toEqual({ value: [], problems: [] });
    expect(read('[]')).toEqual({ value: [], problems: [] });
  });
});
