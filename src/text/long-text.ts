/** So many parts are joined at once. */
const PARTS_A_PIECE = 256;

/**
 * Puts together a text of many parts. It joins them piece by piece: a million short strings, held until the end, would
 * pass through the garbage collector several times.
 */
export class LongText {
  readonly #pieces: string[] = [];
  #parts: string[] = [];

  add(part: string): void {
    this.#parts.push(part);
    if (this.#parts.length === PARTS_A_PIECE) this.#join();
  }

  /** Returns the whole text. */
  toString(): string {
    this.#join();
    return this.#pieces.join('');
  }

  #join(): void {
    this.#pieces.push(this.#parts.join(''));
    this.#parts = [];
  }
}
