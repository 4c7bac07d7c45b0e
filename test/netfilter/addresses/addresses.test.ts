import { describe, expect, it } from 'vitest';
import { printAddresses } from '../../../src/netfilter/addresses/print.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
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

  it.each([
    ['[{"addr_info": []}', '1:19: error: the text ends before the [ of line 1, column 1 is closed: is the file complete?'],
    ['[null]', "1:2: error: expected [{\"ifname\": ..., \"addr_info\": [...]}], as ip -j addr show prints it"],
    ['[{"addr_info": "none"}]', '1:2: error: expected [{"ifname": ..., "addr_info": [...]}], as ip -j addr show prints it'],
    ['[{"addr_info": [{"local": "10.96.0.20"}]}]', '1:2: error: expected [{"ifname": ..., "addr_info": [...]}], as ip -j addr show prints it'],
    ['[{"addr_info": [{"family": "inet", "local": 10}]}]', '1:2: error: expected [{"ifname": ..., "addr_info": [...]}], as ip -j addr show prints it'],
    ['[{"addr_info": [{"family": "inet", "local": "fd00::1"}]}]', '1:2: error: expected [{"ifname": ..., "addr_info": [...]}], as ip -j addr show prints it'],
    ['inet fd00::1/128', '1:1: error: fd00::1 is no address of inet.'],
    ['inet6 10.96.0.20/32', '1:1: error: 10.96.0.20 is no address of inet6.'],
    ['10.96.0.20', '1:1: error: This is no line that ip addr show prints: inet ADDRESS/PREFIX, or inet6 ADDRESS/PREFIX.'],
  ])('are not read from %j', (text, message) => {
    const { value, problems } = read(text);
    expect(value).toBeUndefined();
    expect(problems.map(formatDiagnostic).map((line) => line.replace(/^addresses:| \[[a-z-]+\]$/g, ''))).toEqual([message]);
  }); // prettier-ignore

  it('tell the first mistakes of many', () => {
    expect(read('inet x\n'.repeat(1000)).problems.length).toBe(100);
  });

  it('are none in an empty text', () => {
    expect(read('')).toEqual({ value: [], problems: [] });
    expect(read('[]')).toEqual({ value: [], problems: [] });
  });
});
