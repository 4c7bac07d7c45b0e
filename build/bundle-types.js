/** Puts the declarations of the library, which the compiler wrote to `dist/types`, into one file: `dist/index.d.ts`. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { spellOutTypes } from './spell-out-types.js';

const DIST = join(import.meta.dirname, '../dist');
const FILE = join(DIST, 'index.d.ts');

/** Declarations import each other by the names of their sources. */
const toDeclaration = {
  name: 'to-declaration',
  resolveId: (name, importer) =>
    importer === undefined || !name.startsWith('.')
      ? null
      : fileURLToPath(new URL(name.replace(/\.[jt]s$/, '.d.ts'), pathToFileURL(importer))),
};

/** Writes the declarations that the file leads to, and no others. */
async function bundleTypes(input) {
  const bundle = await rollup({ input, plugins: [toDeclaration, dts()] });
  await bundle.write({ file: FILE, format: 'es' });
}

await bundleTypes(join(DIST, 'types/index.d.ts'));
writeFileSync(FILE, spellOutTypes(FILE));
// Once more, as nothing asks for the tables any longer.
await bundleTypes(FILE);
writeFileSync(
  FILE,
  readFileSync(FILE, 'utf8').replace(/^(?: {4})+/gm, (blanks) => '\t'.repeat(blanks.length / 4)),
);
rmSync(join(DIST, 'types'), { recursive: true });
