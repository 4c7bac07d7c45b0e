/** A named text and the places in it. Lines and columns count from 1, offsets from 0 (UTF-16 units). */
export interface Source {
  /** What the user called it: a path as given, or `<stdin>`. */
  readonly name: string;
  readonly text: string;
  /**
   * The text is made of objects that stand in no file, such as those of a cluster. Their places are `NAME/namespace/name`,
   * without a line.
   */
  readonly byObject?: true;
}

/**
 * A position in a {@link Source}, as editors and compilers print it. Line and column are 0 for an object that stands in no
 * file.
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

const lineStartsOf = new WeakMap<Source, readonly number[]>();

function lineStarts(source: Source): readonly number[] {
  let starts = lineStartsOf.get(source);
  if (starts === undefined) {
    const found = [0];
    for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) {
      found.push(at + 1);
    }
    starts = found;
    lineStartsOf.set(source, starts);
  }
  return starts;
}

/** The line and column of `offset`; O(log lines) after the first call for a source. */
export function placeAt(source: Source, offset: number): Place {
  const starts = lineStarts(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { file: source.name, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
