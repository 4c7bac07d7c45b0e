import { type IpFamily } from '../../text/ip.ts';
import { rememberFirst } from '../../text/remember-first.ts';
import { quote } from '../../text/words.ts';

/** How iptables writes numbers and texts, and how they are read back. */

/** `0x4000`: no leading zeros, no sign. */
export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** Reads an unsigned 32-bit number as strtoul does: decimal, `0x` hexadecimal or `0` octal. */
export function parseUnsigned(text: string): number | undefined {
  const value = /^0[xX][0-9a-fA-F]+$/.test(text)
    ? Number(text)
    : /^0[0-7]+$/.test(text)
      ? Number.parseInt(text, 8)
      : /^(0|[1-9]\d*)$/.test(text)
        ? Number(text)
        : Number.NaN;
  return value <= 0xffffffff ? value : undefined;
}

/** Reads decimal digits between `minimum` and `maximum`. */
export function parseDecimal(text: string, minimum: number, maximum: number): number | undefined {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return value >= minimum && value <= maximum ? value : undefined;
}

/** Reads `VALUE[/MASK]`; without a mask all bits count. */
export function parseMasked(text: string): { readonly value: number; readonly mask: number } | undefined {
  const [valueText = '', maskText = '0xffffffff', ...rest] = text.split('/');
  const value = parseUnsigned(valueText);
  const mask = parseUnsigned(maskText);
  return value === undefined || mask === undefined || rest.length > 0 ? undefined : { value, mask };
}

const PROBABILITY_ONE = 2 ** 31;

/** Thresholds of which the text is kept. Those of service ports with few endpoints come again and again. */
const OFTEN = 1000;

/**
 * The kernel's threshold as iptables prints it, `%.11f` of threshold / 2^31. C rounds ties to the even digit where
 * JavaScript rounds them up; a tie needs a twelfth digit, which only odd multiples of 2^19 have. (libxt_statistic)
 */
export const formatProbability = rememberFirst(OFTEN, (threshold: number) => {
  const probability = threshold / PROBABILITY_ONE;
  if (threshold % 2 ** 20 !== 2 ** 19) return probability.toFixed(11);
  const below = Math.floor(probability * 1e11);
  const even = below % 2 === 0 ? below : below + 1;
  return (even / 1e11).toFixed(11);
});

/** Reads a probability between 0 and 1 as the kernel keeps it: rounded to units of 2^-31. (libxt_statistic) */
export function parseProbability(text: string): number | undefined {
  const probability = /^\d+(\.\d*)?$|^\.\d+$/.test(text) ? Number(text) : Number.NaN;
  return probability <= 1 ? Math.round(probability * PROBABILITY_ONE) : undefined;
}

/** Bytes of a comment that the kernel keeps; its 256th ends the text. (XT_MAX_COMMENT_LEN) */
const COMMENT_BYTES = 255;
const MOST_BYTES_OF_A_UNIT = 3;

/**
 * The comment as the kernel holds it: iptables cuts after 255 bytes without a word. A character cut in two reads
 * back as U+FFFD, here as in any reader of iptables-save.
 */
export function keptComment(text: string): string {
  if (text.length * MOST_BYTES_OF_A_UNIT <= COMMENT_BYTES) return text;
  const bytes = Buffer.from(text);
  return bytes.length <= COMMENT_BYTES ? text : bytes.subarray(0, COMMENT_BYTES).toString();
}

/** ` --comment "text"`, cut and quoted. */
export const spellComment = (text: string): string => quote(keptComment(text));

/** The mask by which `recent` takes an address as a whole. */
export const fullMask = (family: IpFamily): string =>
  family === 'IPv4' ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
