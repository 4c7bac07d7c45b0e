/**
 * What plain (unquoted) YAML values mean to Kubernetes: kubectl and the API server read YAML with
 * sigs.k8s.io/yaml, which is go-yaml v2 followed by a conversion to JSON. That is YAML 1.1 with differences: `yes`,
 * `on` and `y` are booleans and `0777` is octal, but `1:30` is no base-60 number and dates stay text.
 * (go-yaml v2.4.0, resolve.go: resolve.)
 */

/** The value of a scalar without quotes. */
export type Plain = string | number | boolean | null;

const CONSTANTS: ReadonlyMap<string, Plain> = new Map<string, Plain>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, Plain] => [word, null]),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word): [string, Plain] => [word, true],
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word): [string, Plain] => [word, false],
  ),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, Plain] => [word, NaN]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word): [string, Plain] => [word, Infinity]),
  ...['-.inf', '-.Inf', '-.INF'].map((word): [string, Plain] => [word, -Infinity]),
]);

const INTEGER = /^([-+]?)(?:0[xX]([0-9A-Fa-f]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** The longest text that can be a number of 64 bits: a sign, `0b` and 64 digits. Longer ones may only be floats. */
const LONGEST_INTEGER = 67;

/** Go's strconv.ParseInt, then ParseUint, both with base 0 and 64 bits. */
function parseInteger(text: string): bigint | undefined {
  const match = text.length > LONGEST_INTEGER ? null : INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign, hexadecimal, binary, octal, decimal] = match;
  const [prefix, digits] =
    hexadecimal !== undefined
      ? ['0x', hexadecimal]
      : binary !== undefined
        ? ['0b', binary]
        : octal !== undefined
          ? ['0o', octal]
          : ['', decimal ?? ''];
  const magnitude = BigInt(prefix + digits);
  const limit = sign === '-' ? 2n ** 63n : sign === '+' ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  if (magnitude > limit) return undefined;
  return sign === '-' ? -magnitude : magnitude;
}

function parseFloatingPoint(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined;
  const value = Number(text);
  // Go's ParseFloat refuses what overflows, so that it stays text.
  return Number.isFinite(value) ? value : undefined;
}

/** Underscores count for nothing in what begins like a number. */
function withoutUnderscores(text: string): string {
  return /^[-+0-9]/.test(text) ? text.replaceAll('_', '') : text;
}

/** The value of a plain scalar. Infinity and NaN are numbers in YAML, though JSON has no way to write them. */
export function resolvePlain(text: string): Plain {
  const constant = CONSTANTS.get(text);
  if (constant !== undefined) return constant;
  if (!/^[-+.0-9]/.test(text)) return text;
  const digits = withoutUnderscores(text);
  const integer = parseInteger(digits);
  return integer === undefined ? (parseFloatingPoint(digits) ?? text) : Number(integer);
}

/** A number as Go prints it with the fewest digits that give the same 32-bit float: `0.1`, `1e+06`. */
function shortestFloat32(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value < 0 ? '-.inf' : '.inf';
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single < 0 ? '-.inf' : '.inf';
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toExponential(digits - 1))) !== single) digits++;
  const [mantissa = '', exponentText = '0'] = single.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  const isShort = exponent >= -4 && exponent < Math.max(digits, 6);
  const sign = exponent < 0 ? '-' : '+';
  return isShort
    ? Number(`${mantissa}e${exponent}`).toString()
    : `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/**
 * The JSON key for a plain scalar that is a key in YAML: `on` is `true`, `0x10` is `16`. Undefined for null, which
 * cannot be a key. (sigs.k8s.io/yaml: convertToJSONableObject)
 */
export function resolvePlainKey(text: string): string | undefined {
  const value = resolvePlain(text);
  if (value === null) return undefined;
  if (typeof value !== 'number') return String(value);
  return parseInteger(withoutUnderscores(text))?.toString() ?? shortestFloat32(value);
}
