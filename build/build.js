/**
 * Bundles what is published. `npm run build` runs this, the compiler for the types, and bundle-types.js.
 *
 * - `dist/program.cjs` and the chunks that it loads: the command line. One file for each command, so that only the one
 *   that is asked for is loaded. CommonJS, because Node.js starts it faster than modules.
 * - `dist/index.cjs` and `dist/index.js`: the library, for `import`.
 *
 * Packages that every run needs are bundled; their licences are in `dist/THIRD-PARTY-LICENSES.txt`. Source maps lie
 * beside the chunks and are not published.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { licencesOf } from './licences.js';
import { linkFiles } from './link-files.js';
import { refuseCycles } from './to-commonjs.js';
import { onlyKubeconfig } from './only-kubeconfig.js';
import { onlyUsedMethods } from './only-used-methods.js';
import { smallChunks } from './pack-chunks.js';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

/** Packages that few runs need are dependencies; all others that the sources import are bundled. */
const { dependencies, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What esbuild is told for every output: the oldest Node.js that is supported decides. */
const COMMON = { platform: 'node', target: 'node20.12', minify: true };

/**
 * Modules that a run needs only at times, and then at once, without waiting: each `load-NAME.ts` gives one of them. In
 * the bundle it becomes a file of its own that is loaded when it is first asked for.
 */
const LOADERS = readdirSync(join(ROOT, 'src'), { recursive: true })
  .filter((path) => /\/load-[a-z-]+\.ts$/.test(path))
  .flatMap((path) => readLoader(join('src', path)) ?? []);

/** Returns the name of what a loader gives, the module that it gives, and the file of that; undefined for no loader. */
function readLoader(path) {
  const [, from, name] =
    /^import \* as \w+ from '(.+)';$[^]*^export const (\w+) = \(\): typeof \w+ => \w+;$/m.exec(
      readFileSync(join(ROOT, path), 'utf8'),
    ) ?? [];
  if (name === undefined) return undefined;
  return {
    path: join(ROOT, path),
    name,
    module: join(dirname(path), from),
    file: basename(path).slice(5, -3),
  };
}

const loadLater = {
  name: 'load-later',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^later:/ }, ({ path }) => ({ path: `./${path.slice(6)}.cjs`, external: true }));
    onLoad({ filter: /\/load-[a-z-]+\.ts$/ }, ({ path }) => {
      const loader = LOADERS.find((one) => one.path === path);
      if (loader === undefined) return undefined;
      return { contents: `export const ${loader.name} = () => require('later:${loader.file}');` };
    });
  },
};

/** Of this package's own description only the version is for the program. */
const onlyVersion = {
  name: 'only-version',
  setup: ({ onLoad }) => {
    onLoad({ filter: /package\.json$/ }, () => ({ contents: JSON.stringify({ version }), loader: 'json' }));
  },
};

/** commander starts programs for commands that are programs of their own, which svc2ipt has none of. */
const noProgramsOfCommander = {
  name: 'no-programs-of-commander',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes('node_modules/commander/') ? { path, namespace: 'none' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** The files by which a bundle is entered keep these names. */
const ENTRIES = {
  program: 'src/cli/program.ts',
  index: 'src/index.ts',
  ...Object.fromEntries(LOADERS.map(({ file, module }) => [file, module])),
};

rmSync(DIST, { recursive: true, force: true });
const { outputFiles, metafile } = await build({
  ...COMMON,
  absWorkingDir: ROOT,
  entryPoints: ENTRIES,
  plugins: [loadLater, onlyVersion, noProgramsOfCommander, onlyKubeconfig, onlyUsedMethods],
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  chunkNames: '[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  external: Object.keys(dependencies),
  sourcemap: 'external',
  metafile: true,
  write: false,
  // With it, a module of which only types are imported would be loaded, too.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: false } },
});
refuseCycles(metafile.outputs);
const texts = new Map(outputFiles.map(({ path, text }) => [`./${basename(path)}`, text]));
const files = linkFiles(new Map([...texts].filter(([name]) => !name.endsWith('.map'))), {
  entries: new Set(Object.keys(ENTRIES).map((name) => `./${name}.cjs`)),
  packed: smallChunks(metafile.outputs, 'src/cli/commands/compile.ts'),
});

mkdirSync(DIST);
for (const { name, from, text } of files) {
  writeFileSync(join(DIST, name), text);
  if (from !== undefined) writeFileSync(join(DIST, `${name}.map`), texts.get(`${from}.map`));
}
writeFileSync(join(DIST, 'index.js'), libraryModule(metafile.outputs['dist/index.cjs'].exports));
writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), licencesOf(metafile, ROOT));

/** The library as a module, whose names a program can import one by one. */
function libraryModule(names) {
  return `import library from './index.cjs';\nexport const { ${names.join(', ')} } = library;\n`;
}
