import { type Answer, failed } from './answer.ts';
import { MAX_EVENT_BYTES } from './limits.ts';

const LINE_END = 0x0a;

/**
 * Cuts the bytes of a watch into lines, one an event. A last line without an end is left out: the connection was cut.
 * Fails at a line that is longer than an event can be.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Answer<string>> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, start)) {
      const value = Buffer.concat([...begun, chunk.subarray(start, end)]).toString('utf8');
      [begun, length, start] = [[], 0, end + 1];
      if (value.trim() !== '') yield { value };
    }
    const rest = chunk.subarray(start);
    begun.push(rest);
    length += rest.length;
    if (length > MAX_EVENT_BYTES) {
      yield failed(
        'cluster-answer',
        `an event of the watch is longer than ${MAX_EVENT_BYTES} bytes, the most that is read`,
      );
      return;
    }
  }
}
