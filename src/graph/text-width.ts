/**
 * The widths of Helvetica's letters in thousandths of the font size, from U+0020 on. (Adobe Font Metrics, Helvetica)
 */
const WIDTHS: readonly number[] = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
/** Letters of other scripts: as wide as the widest, an ideograph. */
const OTHER = 1000;
/**
 * Fonts that replace Helvetica may be wider. The width of DejaVu Sans is about this many percent of
 * Helvetica's.
 */
const MARGIN_PERCENT = 115;

/** The width of a line of text, in the unit of `size`, which is the size of the font. */
export function textWidth(line: string, size: number): number {
  let width = 0;
  for (const letter of line) width += WIDTHS[(letter.codePointAt(0) ?? 0) - 0x20] ?? OTHER;
  return (width * size * MARGIN_PERCENT) / 100_000;
}
