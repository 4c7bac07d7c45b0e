/**
 * Turns a module that esbuild bundled and minified into CommonJS, which Node.js starts faster. Names that it imports
 * become constants of its own: esbuild would ask the other file for them at every use, by functions, which takes longer
 * and more room. This is right as long as no two files need each other, see {@link refuseCycles}, and no exported value
 * changes, as nothing that svc2ipt exports does.
 */
import { init, parse } from 'es-module-lexer';

await init;

/** Returns the names of the modules that a module imports, at once or later. */
export const importsOf = (code) => parse(code)[0].map(({ n: name }) => name);

/**
 * Returns the text of the CommonJS module. It gets another module by the code that `requireOf` returns for the name of
 * that; `aliases`, such as `r=require`, are constants that this code may use.
 */
export function toCommonJs(code, requireOf = plainRequire, aliases = []) {
  const { body, given } = translate(code, requireOf, aliases);
  return `"use strict";${body}module.exports=${given};`;
}

/** Returns the module as the body of a function that returns what the module exports. */
export function toFunctionBody(code, requireOf) {
  const { body, given } = translate(code, requireOf, []);
  return `${body}return${given}`;
}

const plainRequire = (name) => `require(${JSON.stringify(name)})`;

/** The code of a module without its imports and exports, which have become constants, and the object that it exports. */
function translate(code, requireOf, aliases) {
  const patterns = new Map();
  let body = '';
  let end = 0;
  for (const { ss: start, se: after, d: dynamicAt, n: name } of parse(code)[0]) {
    body += code.slice(end, start);
    end = after;
    if (dynamicAt >= 0) {
      body += `Promise.resolve().then(()=>${requireOf(name)})`;
      continue;
    }
    addPatterns(patterns, name, code.slice(start, after));
    if (code[end] === ';') end += 1;
  }
  body += code.slice(end);
  const required = [...patterns].flatMap(([name, { byDefault, named }]) => [
    ...byDefault.map((own) => `${own}=${requireOf(name)}`),
    ...(named.length === 0 ? [] : [`{${named.join(',')}}=${requireOf(name)}`]),
  ]);
  const constants = [...aliases, ...required];
  const [exported, names] = /export\{([^{}]*)\};?\s*$/.exec(body) ?? ['', ''];
  return {
    body: `${constants.length === 0 ? '' : `const ${constants.join(',')};`}${body.slice(0, body.length - exported.length)}`,
    given: `{${propertiesOf(names)}}`,
  };
}

/**
 * Notes which constants one import makes of another module. A package in CommonJS is itself what modules import of it by
 * default. An import without names is for the order in which files run, on which nothing of svc2ipt depends.
 */
function addPatterns(patterns, name, statement) {
  const [, byDefault, list] =
    /^import(?:\s*([\w$]+))?,?\s*(?:\{([^}]*)\})?\s*(?:from)?"/.exec(statement) ?? [];
  if (byDefault === undefined && list === undefined) {
    if (/^import"/.test(statement)) return;
    throw new Error(`cannot turn into CommonJS: ${statement}`);
  }
  if (!patterns.has(name)) patterns.set(name, { byDefault: [], named: [] });
  if (byDefault !== undefined) patterns.get(name).byDefault.push(byDefault);
  if (list !== undefined) patterns.get(name).named.push(list.replaceAll(' as ', ':'));
}

/** `a as b,c` becomes `b:a,c`. */
const propertiesOf = (names) =>
  names
    .split(',')
    .map((name) => name.split(' as '))
    .map(([own, exported = own]) => (own === exported ? own : `${exported}:${own}`))
    .join(',');

/** Fails when files need each other: one of them would find the other half made. `outputs` is esbuild's. */
export function refuseCycles(outputs) {
  const done = new Set();
  const visit = (file, above) => {
    if (above.includes(file))
      throw new Error(`files of the bundle need each other: ${[...above, file].join(' ')}`);
    if (done.has(file)) return;
    done.add(file);
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) visit(path, [...above, file]);
    }
  };
  for (const file of Object.keys(outputs)) visit(file, []);
}
