import { createHash } from 'node:crypto';

/** The letters that the API server's own names are made of: no vowels, nothing that looks like another. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const LONGEST_PREFIX = 63 - SUFFIX_LENGTH;

/**
 * The name of an object that has only a `generateName`. The API server appends random letters; here a hash of the
 * object decides them, so that the same input gives the same name. Empty when there is no prefix either.
 */
export function generatedName(prefix: string, object: unknown): string {
  if (prefix === '') return '';
  const digest = createHash('sha256').update(JSON.stringify(object)).digest();
  let suffix = '';
  for (const byte of digest.subarray(0, SUFFIX_LENGTH)) suffix += LETTERS.charAt(byte % LETTERS.length);
  return prefix.slice(0, LONGEST_PREFIX) + suffix;
}
