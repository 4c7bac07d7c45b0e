/**
 * Ties the files of a bundle together in few bytes: chunks have numbers for names, the small ones are functions of one
 * file (see pack-chunks.js), and each file has short names for `require` and for that file.
 */
import { importsOf, toCommonJs, toFunctionBody } from './to-commonjs.js';

const PACK = './pack.cjs';

/**
 * Returns the CommonJS files, each with the name of the module that it is made of, but for the pack.
 *
 * @param {ReadonlyMap<string, string>} modules that esbuild made, by the names under which they import each other
 * @param {{ readonly entries: ReadonlySet<string>, readonly packed: ReadonlySet<string> }} names of modules: those that
 *   keep their names, and those for the pack
 */
export function linkFiles(modules, { entries, packed }) {
  const names = [...modules.keys()];
  const numbers = new Map(names.filter((name) => packed.has(name)).map((name, index) => [name, index]));
  const own = names.filter((name) => !packed.has(name));
  const files = new Map(own.map((name, index) => [name, entries.has(name) ? name : `./${index}.cjs`]));
  const link = {
    isPacked: (name) => packed.has(name),
    // Makes the code by which a file gets another module.
    by: (require, pack) => (name) =>
      packed.has(name)
        ? `${pack}(${numbers.get(name)})`
        : `${require}(${JSON.stringify(files.get(name) ?? name)})`,
  };
  const linked = own.map((name) => ({
    name: files.get(name),
    from: name,
    text: fileOf(modules.get(name), link),
  }));
  const chunks = [...numbers.keys()].map((name) => modules.get(name));
  return [...linked, { name: PACK, text: packOf(chunks, link) }];
}

function fileOf(code, { isPacked, by }) {
  const imports = importsOf(code);
  const [short, pack] = freeNames([code]);
  const require = imports.length > 1 ? short : 'require';
  return toCommonJs(code, by(require, pack), [
    ...(require === short ? [`${short}=require`] : []),
    ...(imports.some(isPacked) ? [`${pack}=${require}(${JSON.stringify(PACK)})`] : []),
  ]);
}

/** The module that makes each packed chunk when it is first asked for by its number. */
function packOf(chunks, { by }) {
  const [require, pack] = freeNames(chunks);
  const functions = chunks.map(
    // V8 compiles a function in brackets at once, not a second time when it is called.
    (code) => `(function(){${toFunctionBody(code, by(require, pack))}})`,
  );
  return `"use strict";const ${require}=require,made=[],make=[${functions.join(',')}],${pack}=i=>made[i]??=make[i]();module.exports=${pack};`;
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/** These have two letters and are no names. */
const KEYWORDS = new Set(['do', 'if', 'in']);

/** Returns short names, two at least, that stand nowhere in the texts: the texts use none of them for something else. */
function freeNames(texts) {
  const used = new Set(texts.flatMap((text) => text.match(/[\w$]+/g) ?? []));
  const free = [...LETTERS, ...LETTERS.flatMap((first) => LETTERS.map((second) => first + second))].filter(
    (name) => !used.has(name) && !KEYWORDS.has(name),
  );
  if (free.length < 2) throw new Error('no short names are left');
  return free;
}
