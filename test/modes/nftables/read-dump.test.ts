import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { readDump } from '../../../src/modes/nftables/read-dump.ts';

/** What nft 1.0.6 lists of tables of other software, from a real kernel. */
const OTHERS = join(import.meta.dirname, '../../../fixtures/nftables-others');

const OWN = `table ip kube-proxy {
	set cluster-ips {
		type ipv4_addr
		elements = { 10.96.0.1 limit rate 10/second }
	}
}
`;

const OWN_JSON = JSON.stringify({
  nftables: [
    { table: { family: 'ip', name: 'kube-proxy' } },
    {
      set: {
        family: 'ip',
        table: 'kube-proxy',
        name: 'cluster-ips',
        type: 'ipv4_addr',
        elem: [{ elem: { val: '10.96.0.1', limit: { rate: 10 } } }],
      },
    },
  ],
});

describe('a dump of mode nftables', () => {
  it.each(['ruleset.list', 'ruleset.handles.list', 'ruleset.json'])('keeps other tables of %s', (file) => {
    const { value, problems } = readDump(
      { name: file, text: readFileSync(join(OTHERS, file), 'utf8') },
      'IPv6',
    );
    expect(problems).toEqual([]);
    expect(value?.family).toBe('IPv6');
    expect(
      value?.ruleset.tables.map(({ family, name, sets, chains }) => [
        family,
        name,
        sets.length,
        chains.map((chain) => [chain.name, chain.rules.length]),
      ]),
    ).toEqual([
      [
        'inet',
        'fw',
        16,
        [
          ['sub', 0],
          ['in', 11],
          ['pre', 3],
        ],
      ],
      [
        'netdev',
        'nd',
        0,
        [
          ['ing', 1],
          ['two', 0],
        ],
      ],
      ['inet', 'ft', 0, []],
    ]);
  });

  it.each([
    ['text', OWN, 'dump:4:16: error: expected an element, found "10.96.0.1" [dump-syntax]'],
    ['JSON', OWN_JSON, 'dump:1:151: error: expected an element of a set [dump-syntax]'],
  ])('must be understood in kube-proxy’s own table, in %s', (_form, text, message) => {
    const { value, problems } = readDump({ name: 'dump', text }, 'IPv4');
    expect(value).toBeUndefined();
    expect(problems.map(formatDiagnostic)).toEqual([message]);
  });

  it('is of the family whose table is there', () => {
    const of = (text: string): string | undefined => readDump({ name: 'dump', text }, 'IPv4').value?.family;
    expect(of('table ip6 kube-proxy {\n}\n')).toBe('IPv6');
    expect(of('table ip6 kube-proxy {\n}\ntable ip kube-proxy {\n}\n')).toBe('IPv4');
    expect(of('table inet kube-proxy {\n}\n')).toBe('IPv4');
  });
});
