/** The table of modes in docs is what the program does. `UPDATE_README=1` writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { compile } from '../../src/compile.ts';
import { modesAt } from '../../src/dialect/mode-history.ts';
import { type Version, VERSIONS } from '../../src/dialect/version.ts';
import { type ModeName, MODE_NAMES, MODES } from '../../src/modes/modes.ts';
import { TRACED_MODES } from '../../src/trace/node.ts';

const ROOT = join(import.meta.dirname, '../..');
const PATH = join(ROOT, 'docs/from-manifest-to-packet.md');
const NGINX = 'fixtures/manifests/node-port/nginx.yaml';
const sources = [{ name: NGINX, text: readFileSync(join(ROOT, NGINX), 'utf8') }];

/** Releases without a gap, as `1.1 to 1.25`; several such spans with commas. */
function spans(versions: readonly Version[]): string {
  const groups: Version[][] = [];
  for (const version of versions) {
    const last = groups.at(-1);
    const before = VERSIONS[VERSIONS.indexOf(version) - 1];
    if (last !== undefined && last.at(-1) === before) last.push(version);
    else groups.push([version]);
  }
  return groups
    .map((group) => (group.length === 1 ? group[0] : `${group[0] ?? ''} to ${group.at(-1) ?? ''}`))
    .join(', ');
}

const releases = (mode: ModeName, is: (known: ReturnType<typeof modesAt>[number]) => boolean): string =>
  spans(VERSIONS.filter((version) => modesAt(version).some((known) => known.name === mode && is(known))));

/** The feature gates that are off where nobody sets them. */
function gates(mode: ModeName): string {
  const known = VERSIONS.flatMap((version) => modesAt(version).filter(({ name }) => name === mode));
  const names = new Set(
    known.flatMap(({ gate, onByDefault }) => (gate === undefined || onByDefault === true ? [] : [gate])),
  );
  return [...names]
    .map(
      (gate) => `\`${gate}\` in ${releases(mode, (one) => one.gate === gate && one.onByDefault === false)}`,
    )
    .join(', ');
}

/** The releases for which a Service compiles in the mode. */
const compiled = (proxyMode: ModeName): string =>
  spans(
    VERSIONS.filter((version) => {
      const flags = { proxyMode, nodeAddresses: ['192.168.0.2'] };
      const cluster = DEFAULT_CLUSTER_OPTIONS;
      const { value } = compile({ sources, strict: true, version, ipFamily: 'IPv4', flags, cluster });
      return value !== undefined;
    }),
  );

function table(): string {
  const oldestFirst = MODE_NAMES.toSorted(
    (one, other) => firstOf(one) - firstOf(other) || (one === 'userspace' ? -1 : 1),
  );
  const cells = [
    ['Mode', 'In kube-proxy', 'By default', 'Gate that is off', 'Compiled for', 'Forms'],
    ...oldestFirst.map((mode) => [
      mode,
      releases(mode, () => true),
      releases(mode, ({ isDefault }) => isDefault),
      gates(mode),
      compiled(mode),
      MODES[mode].formats.join(', '),
    ]),
  ];
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const [head = '', ...body] = cells.map(line);
  return `${head}${line(widths.map((width) => '-'.repeat(width)))}${body.join('')}`;
}

const firstOf = (mode: ModeName): number =>
  VERSIONS.findIndex((version) => modesAt(version).some(({ name }) => name === mode));

const BETWEEN = /(?<=<!-- modes -->\n\n)[^]*?(?=\n?<!-- end of modes -->)/;

describe('the table of modes in docs', () => {
  it('is what the program does', () => {
    const expected = table();
    if (process.env['UPDATE_README'] !== undefined) {
      writeFileSync(
        PATH,
        readFileSync(PATH, 'utf8').replace(BETWEEN, () => expected),
      );
    }
    expect(BETWEEN.exec(readFileSync(PATH, 'utf8'))?.[0]).toBe(expected);
  });

  it('is followed by what holds for all of them', () => {
    expect([...TRACED_MODES].sort()).toEqual([...MODE_NAMES].sort());
    expect(readFileSync(PATH, 'utf8')).toContain(
      'In each, `diff` compares a node, and `trace` follows packets.',
    );
  });
});
