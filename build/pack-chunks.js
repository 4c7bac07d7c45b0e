/**
 * Puts the many small files that a bundle in pieces has into one: to find and open a file takes as long as to run a few
 * kilobytes.
 */
import { basename } from 'node:path';

/** From so many bytes on, a file stays one of its own. */
const LARGE = 6000;

/** Returns the names, as imports spell them, of the small chunks that an entry point loads. `outputs` is esbuild's. */
export function smallChunks(outputs, entryPoint) {
  const reached = new Set(Object.keys(outputs).filter((file) => outputs[file].entryPoint === entryPoint));
  for (const file of reached) {
    for (const { path, kind, external } of outputs[file].imports) {
      if (kind === 'import-statement' && external !== true) reached.add(path);
    }
  }
  const isSmall = (file) => outputs[file].entryPoint === undefined && outputs[file].bytes < LARGE;
  return new Set([...reached].filter(isSmall).map((file) => `./${basename(file)}`));
}
