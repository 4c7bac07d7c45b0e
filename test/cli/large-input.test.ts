import { afterEach, expect, it, vi } from 'vitest';
import { setFlagsFromString } from 'node:v8';
import { tuneFor } from '../../src/cli/large-input.ts';

vi.mock('node:v8', () => ({ setFlagsFromString: vi.fn() }));

afterEach(() => {
  vi.mocked(setFlagsFromString).mockClear();
});

const source = (length: number) => ({ name: 'a.json', text: ' '.repeat(length) });

it('leaves V8 alone for most inputs', async () => {
  await tuneFor([]);
  await tuneFor([source(3_999_999)]);
  expect(setFlagsFromString).not.toHaveBeenCalled();
});

it('tells V8 to inline less when the inputs are large together', async () => {
  await tuneFor([source(2_000_000), source(2_000_000)]);
  expect(vi.mocked(setFlagsFromString).mock.calls).toEqual([['--max-inlined-bytecode-size-cumulative=200']]);
});
