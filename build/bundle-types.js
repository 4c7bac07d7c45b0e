/** Puts the declarations of the library, which the compiler wrote to `dist/types`, into one file: `dist/index.d.ts`. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const DIST = join(import.meta.dirname, '../dist');

/** Declarations import each other by the names of their sources. */
const toDeclaration = {
  name: 'to-declaration',
  resolveId: (name, importer) =>
    importer === undefined || !name.startsWith('.')
      ? null
      : fileURLToPath(new URL(name.replace(/\.[jt]s$/, '.d.ts'), pathToFileURL(importer))),
};

const bundle = await rollup({ input: join(DIST, 'types/index.d.ts'), plugins: [toDeclaration, dts()] });
await bundle.write({ file: join(DIST, 'index.d.ts'), format: 'es' });
const file = join(DIST, 'index.d.ts');
writeFileSync(
  file,
  readFileSync(file, 'utf8').replace(/^(?: {4})+/gm, (blanks) => '\t'.repeat(blanks.length / 4)),
);
rmSync(join(DIST, 'types'), { recursive: true });
