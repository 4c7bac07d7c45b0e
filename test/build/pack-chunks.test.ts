import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

interface Output {
  readonly bytes: number;
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
}

interface PackChunks {
  readonly smallChunks: (
    outputs: Readonly<Record<string, Output>>,
    entryPoint: string,
  ) => ReadonlySet<string>;
}

const FILE = join(import.meta.dirname, '../../build/pack-chunks.js');
const { smallChunks } = (await import(pathToFileURL(FILE).href)) as PackChunks;

const load = (...paths: readonly string[]): Output['imports'] =>
  paths.map((path) => ({ path, kind: 'import-statement' }));

it('packs the small chunks that an entry point loads at once', () => {
  const outputs = {
    'dist/main.cjs': {
      bytes: 100,
      entryPoint: 'src/main.ts',
      imports: [
        ...load('dist/A.cjs', 'dist/LARGE.cjs', 'dist/other.cjs'),
        { path: 'node:fs', kind: 'import-statement', external: true },
        { path: 'dist/LATER.cjs', kind: 'dynamic-import' },
      ],
    },
    'dist/A.cjs': { bytes: 5999, imports: load('dist/B.cjs') },
    'dist/B.cjs': { bytes: 10, imports: [] },
    'dist/LARGE.cjs': { bytes: 6000, imports: load('dist/B.cjs') },
    'dist/LATER.cjs': { bytes: 10, imports: [] },
    'dist/other.cjs': { bytes: 10, entryPoint: 'src/other.ts', imports: [] },
    'dist/UNUSED.cjs': { bytes: 10, imports: [] },
  };
  expect([...smallChunks(outputs, 'src/main.ts')].sort()).toEqual(['./A.cjs', './B.cjs']);
});
