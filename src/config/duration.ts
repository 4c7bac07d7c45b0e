/** Both Greek letters that Go takes are written as escapes: V8 reads a file of plain ASCII faster. */
const NANOSECONDS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['\u00b5s', 1e3],
  ['\u03bcs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);

/** The form of what {@link parseDuration} reads, for schemas. */
export const DURATION_FORM =
  '^[-+]?(?:0|(?:(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:ns|us|\\u00b5s|\\u03bcs|ms|s|m|h))+)$';

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;

/**
 * Reads a duration of Go (`1h15m30.5s`, `-1s`, `0`). Returns nanoseconds; undefined for any other text.
 * (time.ParseDuration)
 */
export function parseDuration(text: string): number | undefined {
  const unsigned = text.replace(/^[-+]/, '');
  if (unsigned === '0') return 0;
  let total = 0;
  let at = 0;
  while (at < unsigned.length) {
    PART.lastIndex = at;
    const part = PART.exec(unsigned);
    if (part === null) return undefined;
    total += Number(part[1]) * (NANOSECONDS.get(part[2] ?? '') ?? 0);
    at = PART.lastIndex;
  }
  if (at === 0) return undefined;
  return text.startsWith('-') ? -total : total;
}
