/** So many lines are joined at once. */
const LINES_A_PIECE = 256;

/**
 * Puts together a text of many lines. It joins them piece by piece: a million short strings, held until the end, would
 * pass through the garbage collector several times.
 */
export class LongText {
  readonly #pieces: string[] = [];
  #lines: string[] = [];

  /** Adds a line and its line feed. */
  addLine(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length === LINES_A_PIECE) this.#joinLines();
  }

  /** Returns the whole text. */
  toString(): string {
    this.#joinLines();
    return this.#pieces.join('');
  }

  #joinLines(): void {
    if (this.#lines.length === 0) return;
    this.#pieces.push(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}
