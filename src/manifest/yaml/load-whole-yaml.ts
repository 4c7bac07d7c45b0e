import * as reader from './read-part.ts';

/**
 * Returns the reader for all of YAML. Most runs do without: in the published program this module is replaced by one
 * that loads the reader, and the library with it, when it is first asked for. (build/build.js)
 */
export const wholeYaml = (): typeof reader => reader;
