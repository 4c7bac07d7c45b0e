/** What the code of the API server (1.36) said of random objects, against what our checks say. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkObjects } from '../../../src/manifest/check/check-objects.ts';
import { checkWholeObjects } from '../../../src/manifest/check/check-whole-objects.ts';
import { readManifest } from '../../../src/manifest/read-manifest.ts';
import { apiServerRanges } from './helpers.ts';

interface Answer {
  readonly object: unknown;
  readonly accepted: boolean;
  readonly fields?: readonly string[];
}

const answers = readFileSync(new URL('../../../fixtures/api-answers/objects.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Answer);

const options = { strict: true, ranges: apiServerRanges };

/**
 * What we say of an object: whether we take it, and which of the named fields we do not name. We name more than the API
 * server, which stops at a clusterIP that it cannot allocate.
 */
function verdict({ object, fields = [] }: Answer): { accepted: boolean; missing: readonly string[] } {
  const { value: objects } = readManifest({ name: 'object.json', text: JSON.stringify(object) });
  const problems = [...checkObjects(objects, options).problems, ...checkWholeObjects(objects, options)];
  const named = new Set(problems.map(({ path }) => path));
  return { accepted: problems.length === 0, missing: fields.filter((field) => !named.has(field)) };
}

it.each(answers.map((answer, index) => [index + 1, answer] as const))('line %i', (_line, answer) => {
  expect(verdict(answer)).toEqual({ accepted: answer.accepted, missing: [] });
});
