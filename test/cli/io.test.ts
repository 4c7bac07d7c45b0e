import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { writeOut } from '../../src/cli/io.ts';

it('writeOut waits for a slow reader', async () => {
  const stream = new PassThrough({ highWaterMark: 4 });
  const written: string[] = [];
  const writing = (async () => {
    for (const piece of ['first', 'second', 'third']) {
      await writeOut(stream, piece);
      written.push(piece);
    }
    stream.end();
  })();
  await setImmediate();
  expect(written).not.toContain('third');
  expect(await text(stream)).toBe('firstsecondthird');
  await writing;
  expect(written).toEqual(['first', 'second', 'third']);
});
