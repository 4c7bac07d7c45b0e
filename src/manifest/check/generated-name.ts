import { createHash } from 'node:crypto';

/** The letters from which the API server makes names: no vowels, and no two that look alike. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const LONGEST_PREFIX = 63 - SUFFIX_LENGTH;

/**
 * Returns the name of an object that has only a `generateName`. The API server appends random letters. Here a hash of
 * the object decides the letters, so that the same input gives the same name. Returns an empty text without a prefix.
 */
export function generatedName(prefix: string, object: unknown): string {
  if (prefix === '') return '';
  const digest = createHash('sha256').update(JSON.stringify(object)).digest();
  let suffix = '';
  for (const byte of digest.subarray(0, SUFFIX_LENGTH)) suffix += LETTERS.charAt(byte % LETTERS.length);
  return prefix.slice(0, LONGEST_PREFIX) + suffix;
}
