/** The least length of a piece, so that writing it is worth a call. */
const ENOUGH = 2 ** 16;

/** Puts many short texts together to fewer, flat pieces. Holds one of them at a time. */
export function* inPieces(texts: Iterable<string>): Generator<string> {
  let held: string[] = [];
  let length = 0;
  for (const text of texts) {
    held.push(text);
    length += text.length;
    if (length < ENOUGH) continue;
    yield held.join('');
    held = [];
    length = 0;
  }
  if (length > 0) yield held.join('');
}

/** Puts pieces together to one text. */
export const joinPieces = (pieces: Iterable<string>): string => [...pieces].join('');
