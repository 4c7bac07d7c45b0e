/**
 * The limits of the manifest reader. They keep hostile files from using up memory and time. All are far above
 * the size of real clusters: 100,000 endpoints are about 15 MB of YAML or 25 MB of JSON.
 */

const MEBIBYTE = 1024 * 1024;

/** The bytes of one file, in any format. */
export const MAX_FILE_BYTES = 256 * MEBIBYTE;

/** The characters of one YAML file. YAML takes about a hundred times the work of JSON. */
export const MAX_YAML_LENGTH = 64 * MEBIBYTE;

/**
 * The characters of one YAML document that is not plain (yaml/plain): the library holds it as a syntax tree of about
 * 80 times its size.
 */
export const MAX_YAML_DOCUMENT_LENGTH = 16 * MEBIBYTE;

/**
 * The lexemes of one YAML document, blanks and line ends counted: each takes up to half a kilobyte while it
 * is read.
 */
export const MAX_YAML_LEXEMES = 6_000_000;

/**
 * How many tokens that belong nowhere (`]` out of place) a YAML document may have before its rest is passed
 * over.
 */
export const MAX_STRAY_TOKENS = 100;

/** How deep lists and objects may be nested in each other; no Kubernetes type comes near. */
export const MAX_DEPTH = 100;

/** The most control characters that are reported for one file. */
export const MAX_FORBIDDEN_CHARACTERS = 100;

/** The most values that all aliases (`*name`) of one YAML document may expand to. */
export const MAX_ALIASED_VALUES = 100_000;

/** The most duplicate keys that are reported for one document. */
export const MAX_DUPLICATE_KEYS = 1000;
