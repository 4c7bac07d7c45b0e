/** The scripts are those of @pnpm/tabtab. `UPDATE_COMPLETIONS=1` writes them anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import tabtab from '@pnpm/tabtab';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { SHELLS } from '../../src/cli/completion.ts';

const PATH = join(import.meta.dirname, '../../src/cli/completion-scripts.ts');

it('the scripts of completions are those of the library', async () => {
  const library = dirname(createRequire(import.meta.url).resolve('@pnpm/tabtab/package.json'));
  const licence = readFileSync(join(library, 'LICENSE'), 'utf8')
    .trim()
    .replace(/^(?=.)/gm, ' * ')
    .replace(/^$/gm, ' *');
  const scripts = await Promise.all(
    SHELLS.map(async (shell) => {
      const script = await tabtab.getCompletionScript({ name: 'svc2ipt', completer: 'svc2ipt', shell });
      return `  ${shell}: ${JSON.stringify(script.split('\n'))}.join('\\n'),\n`;
    }),
  );
  const text = `/**
 * The scripts that complete command lines, as @pnpm/tabtab makes them: test/cli/completion-scripts.test.ts writes them
 * anew. Licence:
 *
${licence}
 */
export const COMPLETION_SCRIPTS = {
${scripts.join('')}} as const;
`;
  const expected = await format(text, { ...(await resolveConfig(PATH)), parser: 'typescript' });
  if (process.env['UPDATE_COMPLETIONS'] !== undefined) writeFileSync(PATH, expected);
  expect(readFileSync(PATH, 'utf8')).toBe(expected);
});
