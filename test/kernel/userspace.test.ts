/** What `compile --proxy-mode userspace` prints loads into a real kernel, which then holds the save form. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { loadAndSave, tablesOf, VARIANTS } from './load-and-save.ts';
import { whyNoKernel, withNamespace } from './namespace.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/userspace');

/** A release of each form that the rules have had, and the text that it prints. */
const FORMS = [
  ['1.1', '1.1'],
  ['1.2', '1.2'],
  ['1.25', '1.19'],
] as const;

describe.skipIf(whyNoKernel() !== undefined)('a real kernel holds the rules of mode userspace', () => {
  it.each(FORMS)('of %s', async (version, since) => {
    const { stdout } = await run([
      'compile',
      '-f',
      join(FOLDER, 'cluster.yaml'),
      '--assignments',
      join(FOLDER, 'assignments.yaml'),
      '--proxy-mode',
      'userspace',
      '--kube-proxy-version',
      version,
      '--format',
      'restore',
    ]);
    const expected = tablesOf(readFileSync(join(FOLDER, `since-${since}.save`), 'utf8'));
    for (const variant of VARIANTS) {
      const saved = withNamespace((namespace) => loadAndSave(namespace, 'IPv4', variant, stdout));
      expect(tablesOf(saved), variant).toEqual(expected);
    }
  });
});
