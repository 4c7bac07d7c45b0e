/** So many characters are turned into bytes at once. */
const PIECE = 16 * 1024;
const MOST_BYTES_OF_A_UNIT = 3;

/**
 * Puts together a text of many lines. It keeps them as bytes: a million short strings, held until they are joined,
 * would pass through the garbage collector several times.
 */
export class LongText {
  #bytes = Buffer.allocUnsafe(PIECE);
  #length = 0;
  #pending = '';

  /** Adds a line and its line feed. */
  addLine(line: string): void {
    this.#pending += line;
    this.#pending += '\n';
    if (this.#pending.length > PIECE) this.#flush();
  }

  /** Returns the whole text. */
  toString(): string {
    this.#flush();
    return this.#bytes.toString('utf8', 0, this.#length);
  }

  #flush(): void {
    const needed = this.#length + this.#pending.length * MOST_BYTES_OF_A_UNIT;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#length += this.#bytes.write(this.#pending, this.#length);
    this.#pending = '';
  }
}
