/** Durations as nft prints them: `3h`, `1m30s`, `59m48s120ms`. */

/** How many make a second; nft keeps timeouts in them. */
export const MILLISECONDS = 1000;

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', MILLISECONDS],
  ['ms', 1],
] as const;

/** Returns milliseconds as nft prints them. (time_print, src/datatype.c of nftables) */
export function printDuration(milliseconds: number): string {
  let rest = milliseconds;
  let text = '';
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
  }
  return text === '' ? '0s' : text;
}

const DURATION = /^(?:(\d{1,8})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,12})s)?(?:(\d{1,15})ms)?$/;

/** Reads a duration. Returns milliseconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const found = text === '' ? null : DURATION.exec(text);
  if (found === null) return undefined;
  return UNITS.reduce((sum, [, length], index) => sum + Number(found[index + 1] ?? 0) * length, 0);
}
