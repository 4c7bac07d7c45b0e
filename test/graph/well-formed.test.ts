/** The pictures of `svc2ipt graph`, read by the programs that people show them with. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { whyNoPrograms } from '../helpers/programs.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXPECTED = join(ROOT, 'fixtures/graph/expected');
const DOCS = join(ROOT, 'docs');

const missing = whyNoPrograms('PICTURE', 'graphviz and libxml2-utils', [
  ['dot', '-V'],
  ['xmllint', '--version'],
]);

/** Returns what a program makes of a text. A text that it refuses fails the test with its words. */
function accepted(program: string, args: readonly string[], input: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
  // graphviz grumbles about fonts on a machine that has none; it draws all the same.
  expect(status, stderr).toBe(0);
  return stdout;
}

const drawnByDot = (text: string): string => accepted('dot', ['-Tsvg'], text);
const expectXml = (text: string): string => accepted('xmllint', ['--noout', '--nonet', '-'], text);

describe.skipIf(missing !== undefined)('a picture', () => {
  it.each(readdirSync(EXPECTED).filter((name) => name.endsWith('.dot')))('%s: graphviz draws it', (name) => {
    expectXml(drawnByDot(readFileSync(join(EXPECTED, name), 'utf8')));
  });

  it.each(readdirSync(DOCS).filter((name) => name.endsWith('.svg')))('%s is XML', (name) => {
    expectXml(readFileSync(join(DOCS, name), 'utf8'));
  });
});
