/** The front, the model of rule sets and the commands know no chain of kube-proxy's: a proxy mode names its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');

/** Parts that are about chains: the modes themselves, and the texts that tell what a release changed in them. */
const MAY_NAME_CHAINS = ['modes/', 'dialect/history/'];

it('no chain name outside the proxy modes', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !MAY_NAME_CHAINS.some((part) => name.startsWith(part)));
  const naming = files.filter((name) => readFileSync(join(SRC, name), 'utf8').includes('KUBE-'));
  expect(files.length).toBeGreaterThan(100);
  expect(naming).toEqual([]);
});
