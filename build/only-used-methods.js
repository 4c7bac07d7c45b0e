/**
 * Takes of the classes of packages only the methods that svc2ipt calls, and those that these call: esbuild leaves out
 * functions that nothing calls, but no methods.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withUsedMethods } from './used-methods.js';

const ROOT = join(import.meta.dirname, '..');

/** The modules with such classes, and the folders of all that calls them. */
const MODULES = [
  { filter: /\/@kubernetes\/client-node\/dist\/config\.js$/, callers: ['src/api-server'] },
  {
    filter: /\/commander\/lib\/(?:argument|command|option)\.js$/,
    callers: ['src/cli', 'node_modules/commander/lib'],
  },
];

const readText = (path) => readFileSync(path, 'utf8');

/** The paths of the JavaScript and TypeScript in a folder. */
const filesIn = (folder) =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .filter((name) => /\.[jt]s$/.test(name))
    .map((name) => join(ROOT, folder, name));

/** The plugin of esbuild. */
export const onlyUsedMethods = {
  name: 'only-used-methods',
  setup: ({ onLoad }) => {
    for (const { filter, callers } of MODULES) {
      onLoad({ filter }, ({ path }) => {
        const others = callers.flatMap(filesIn).filter((file) => file !== path);
        return { contents: withUsedMethods(readText(path), others.map(readText)) };
      });
    }
  },
};
