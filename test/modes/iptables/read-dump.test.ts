import { expect, it } from 'vitest';
import { readDump } from '../../../src/modes/iptables/read-dump.ts';
import { parseDump } from '../../../src/netfilter/iptables/parse-dump.ts';

it.each([
  ['-N KUBE-SEP-AAAAAAAAAAAAAAAA\n', 'nat'],
  ['-N X\n-A X -j KUBE-MARK-MASQ\n', 'nat'],
  ['-N KUBE-SERVICES\n', 'filter'],
])("kube-proxy's chains tell the table of an excerpt: %s", (text, name) => {
  const source = { name: 'dump', text };
  expect(readDump(source).value?.tables.map((table) => table.name)).toEqual([name]);
  expect(parseDump(source).value?.tables.map((table) => table.name)).toEqual(['filter']);
});
