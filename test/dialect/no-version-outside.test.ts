/** The shape that keeps versions data: outside the tables of src/dialect no code names a release. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '../../src');

/** The tables, and the list of releases that they are about. */
const TABLES = 'dialect/';

/** Releases of others: nft spells rules by its own, and YAML has versions, too. */
const OTHER_PROGRAMS: ReadonlySet<string> = new Set([
  'netfilter/nftables/nft-release.ts',
  'decompile/print.ts',
]);

/** Comments may say where something was read. */
const withoutComments = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|\s)\/\/.*$/gm, '$1');

const RELEASE = /(?<![\d.])v?1\.(?:[1-9]|[12]\d|3\d)(?:\.\d+)?(?![\d.])/;

/** Help texts and examples of messages show how a version is written. */
const isExample = (file: string, line: string): boolean =>
  /^(?:cli|diagnostics)\//.test(file) && /--kube-proxy-version|svc2ipt versions|\.version ==/.test(line);

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !OTHER_PROGRAMS.has(file),
);

describe('releases of kube-proxy', () => {
  it.each(files.filter((file) => !file.startsWith(TABLES)))('are not named in the code of src/%s', (file) => {
    const lines = withoutComments(readFileSync(join(SOURCE, file), 'utf8')).split('\n');
    const naming = lines.flatMap((line, index) =>
      RELEASE.test(line) && !isExample(file, line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
    );
    expect(naming).toEqual([]);
  });
});
