/** A named text and the places in it. Lines and columns count from 1, offsets from 0 (UTF-16 units). */
export interface Source {
  /** What the user called it: a path as given, or `<stdin>`. */
  readonly name: string;
  readonly text: string;
  /**
   * The text is made of objects that stand in no file, such as those of a cluster. Their places are
   * `NAME/namespace/name`, without a line.
   */
  readonly byObject?: true;
}

/**
 * A position in a {@link Source}, as editors and compilers print it. Line and column are 0 for an object that stands in
 * no file.
 */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** True for an object that stands in no file: its place has no line. */
export const isWithoutLine = ({ line }: Place): boolean => line === 0;

/** `FILE:LINE:COL`, or the name alone of what stands in no file. */
export const formatPlace = (place: Place): string =>
  isWithoutLine(place) ? place.file : `${place.file}:${place.line}:${place.column}`;

/** Where the lines of a text begin, and the line of the last place that was asked for. */
interface Lines {
  readonly starts: readonly number[];
  last: number;
}

const linesOf = new WeakMap<Source, Lines>();

function linesIn(source: Source): Lines {
  let lines = linesOf.get(source);
  if (lines === undefined) {
    const starts = [0];
    for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) {
      starts.push(at + 1);
    }
    lines = { starts, last: 0 };
    linesOf.set(source, lines);
  }
  return lines;
}

/**
 * The line and column of `offset`; O(log lines) after the first call for a source, and O(1) on the line of the last
 * call or the next one, as readers ask.
 */
export function placeAt(source: Source, offset: number): Place {
  const lines = linesIn(source);
  const { starts, last } = lines;
  const startOf = (line: number): number => starts[line] ?? Infinity;
  let low = startOf(last) <= offset ? last : 0;
  let high = startOf(last + 2) > offset && low === last ? last + 1 : starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (startOf(middle) <= offset) low = middle;
    else high = middle - 1;
  }
  lines.last = low;
  return { file: source.name, line: low + 1, column: offset - startOf(low) + 1 };
}
