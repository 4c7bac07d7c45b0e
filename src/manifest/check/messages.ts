/** Every sentence of the checks, in the words of the API server (apimachinery pkg/util/validation/field/errors.go). */

import { formatPlace, type Place } from '../../text/source.ts';

/** Longer values are cut in messages: the place says where the rest is. */
const LONGEST_VALUE = 300;

/** What messages show: single values, and lists and maps of texts. */
export type Shown = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

function shorten(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}...`;
}

/** Returns a value as JSON. A long text is cut. */
export function show(value: Shown): string {
  return typeof value === 'string' ? JSON.stringify(shorten(value)) : shorten(JSON.stringify(value));
}

/** Returns the type of a JSON value with its article: `an integer`, `a string`. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a fraction';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export const invalid = (value: Shown, why: string): string => `Invalid value: ${show(value)}: ${why}`;

export const required = (why = ''): string => `Required value${why === '' ? '' : `: ${why}`}`;

export const duplicate = (value: string | number): string => `Duplicate value: ${show(value)}`;

export const forbidden = (why: string): string => `Forbidden: ${why}`;

export const tooMany = (count: number, most: number): string =>
  `Too many: ${count}: must have at most ${most} items`;

export const tooLong = (mostBytes: number): string => `Too long: may not be more than ${mostBytes} bytes`;

export const notSupported = (value: string, supported: readonly string[]): string =>
  `Unsupported value: ${show(value)}: supported values: ${supported.map(show).join(', ')}`;

export const mustBeBetween = (low: number, high: number): string =>
  `must be between ${low} and ${high}, inclusive`;

const isSingle = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/**
 * Returns the message for a value of a wrong type. YAML turns a bare number or boolean into a value that is no text:
 * the message then says to quote it.
 */
export function wrongType(value: unknown, expected: string): string {
  const isUnquotedText = expected === 'a string' && (typeof value === 'number' || typeof value === 'boolean');
  const hint = isUnquotedText ? `; quote it: "${String(value)}"` : '';
  const shown = isSingle(value) ? `${show(value)}: ` : '';
  return `Invalid value: ${shown}must be ${expected}, not ${typeName(value)}${hint}`;
}

export const unknownField = (name: string, nearest: string | undefined): string =>
  `unknown field ${show(name)}${nearest === undefined ? '' : `, did you mean ${show(nearest)}?`}`;

export const moreProblems = (count: number): string =>
  `${count} more ${count === 1 ? 'problem' : 'problems'} in this object`;

export const alreadyDefined = (place: Place): string => `already defined at ${formatPlace(place)}`;

export const noSuchKind = (kind: string, apiVersion: string, hint: string): string =>
  [`no matches for kind ${show(kind)} in version ${show(apiVersion)}`, hint]
    .filter((part) => part !== '')
    .join('; ');

export const portOutOfRange = (port: number, range: string): string =>
  invalid(port, `provided port is not in the valid range. The range of valid ports is ${range}`);

export const addressOutOfRange = (address: string, ranges: string): string =>
  `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${ranges}`;

export const outsideRanges = (count: number, cidrs: string, ports: string): string =>
  `${count} cluster ${count === 1 ? 'IP or node port lies' : 'IPs and node ports lie'} outside ${cidrs} and ${ports}, ` +
  'the ranges of a cluster set up without any; --service-cidr and --service-node-port-range tell yours, -v lists them';
