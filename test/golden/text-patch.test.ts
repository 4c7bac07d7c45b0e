import { applyPatch } from 'diff';
import { describe, expect, it } from 'vitest';
import { unifiedPatch } from '../../src/golden/text-patch.ts';

const patch = (before: string, after: string): string => unifiedPatch(['old', 'new'], before, after);
const HEAD = `${'='.repeat(67)}\n--- old\n+++ new\n`;
const numbered = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${name}${at}`);
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('a diff of texts', () => {
  it('is the shortest where little changed', () => {
    expect(patch('a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nd\nE\nf')).toBe(`${HEAD}\
@@ -2,5 +2,5 @@
 b
 c
 d
-e
-f
+E
+f
\\ No newline at end of file
`);
  });

  it('tells every line where all changed', () => {
    const [before, after] = [numbered('before', 800), numbered('after', 900)];
    const changes = [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)];
    expect(patch(text(['head', ...before]), text(['head', ...after]))).toBe(
      `${HEAD}@@ -1,801 +1,901 @@\n head\n${text(changes)}`,
    );
    expect(patch('', text(numbered('line', 1500)))).toBe(
      `${HEAD}@@ -0,0 +1,1500 @@\n${text(numbered('+line', 1500))}`,
    );
  });

  it('keeps equal lines where they belong, however many there are', () => {
    const chain = (name: string): readonly string[] => [`chain ${name} {`, `  rule of ${name}`, '}', ''];
    const old = numbered('old', 400).flatMap(chain);
    const kept = numbered('kept', 3).flatMap(chain);
    expect(patch(text([...old, ...kept]), text(kept))).toBe(
      `${HEAD}@@ -1,1603 +1,3 @@\n${text(old.map((line) => `-${line}`))} chain kept0 {\n   rule of kept0\n }\n`,
    );
    const fresh = numbered('new', 400).flatMap(chain);
    const [first, ...others] = numbered('kept', 20).flatMap((name) => [chain(name)]);
    const between = (lines: readonly string[]): string =>
      text([...(first ?? []), ...lines, ...others.flat()]);
    const changed = patch(between([]), between(fresh));
    expect(changed.split('\n').filter((line) => line.startsWith('-')).length).toBe(1);
    expect(changed.split('\n').filter((line) => line.startsWith('+')).length).toBe(1601);
  });

  it.each(['', 'end', 'other end\n'])('is one that can be applied: the new text ends with %j', (end) => {
    const before = numbered('line', 6000).map((line, at) => (at % 4 === 0 ? 'COMMIT' : line));
    const after = before.flatMap((line, at) => {
      if (at % 3 !== 0) return [line];
      return [[], [`${line} changed`], ['COMMIT', line], [before[at + 6] ?? line]][at % 4] ?? [];
    });
    for (const start of ['end', 'end\n']) {
      const [old, fresh] = [`${text(before)}${start}`, `${text(after)}${end}`];
      expect(applyPatch(old, patch(old, fresh))).toBe(fresh);
      expect(applyPatch(fresh, patch(fresh, old))).toBe(old);
    }
  });
});
