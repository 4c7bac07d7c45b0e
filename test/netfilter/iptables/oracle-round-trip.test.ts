import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDump } from '../../../src/netfilter/iptables/parse-dump.ts';
import { printDump } from '../../../src/netfilter/iptables/print-dump.ts';
import { printSave } from '../../../src/netfilter/iptables/print.ts';

const ORACLE = new URL('../../../fixtures/oracle/', import.meta.url);
const TABLES = ['*mangle', '*filter', '*nat'];

const captures = readdirSync(ORACLE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(new URL(`${name}/expected/`, ORACLE))
      .filter((file) => file.endsWith('.save'))
      .map((file) => `${name}/expected/${file}`),
  );

/** The kernel lists tables in the order in which they were made; ours is fixed. */
const inTableOrder = (text: string): string =>
  text
    .split(/(?<=^COMMIT\n)/m)
    .sort(
      (a, b) =>
        TABLES.findIndex((name) => a.startsWith(name)) - TABLES.findIndex((name) => b.startsWith(name)),
    )
    .join('');

describe('what kube-proxy left in the kernel', () => {
  it('is there', () => {
    expect(captures.length).toBeGreaterThanOrEqual(740);
  });

  it.each(captures)('%s is parsed and printed byte for byte', (path) => {
    const text = readFileSync(new URL(path, ORACLE), 'utf8');
    const { value: dump, problems } = parseDump(
      { name: path, text },
      path.includes('ip6tables') ? 'IPv6' : 'IPv4',
    );
    expect(problems).toEqual([]);
    expect(dump && printSave(dump)).toBe(inTableOrder(text));
    expect(dump && printDump(dump, { counters: true, remarks: true })).toBe(text);
    expect(dump?.family).toBe(path.includes('ip6tables') ? 'IPv6' : 'IPv4');
  });
});
