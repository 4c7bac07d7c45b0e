/**
 * Turns a module that esbuild bundled and minified into CommonJS, which Node.js starts faster. Names that it imports
 * become constants of its own: esbuild would ask the other file for them at every use, by functions, which takes longer
 * and more room. This is right as long as no two files need each other, see {@link refuseCycles}, and no exported value
 * changes, as nothing that svc2ipt exports does.
 */
import { init, parse } from 'es-module-lexer';

await init;

/** Returns the text of the CommonJS module, which gets what it needs by `requireOf`, code for the name of a module. */
export function toCommonJs(code, requireOf = plainRequire) {
  const [imports] = parse(code);
  const required = [];
  let body = '';
  let end = 0;
  for (const { ss: start, se: after, d: dynamicAt, n: name } of imports) {
    body += code.slice(end, start);
    end = after;
    const isDynamic = dynamicAt >= 0;
    if (isDynamic) body += `Promise.resolve().then(()=>${requireOf(name)})`;
    else required.push(...constantsOf(code.slice(start, after), requireOf(name)));
    if (!isDynamic && code[end] === ';') end += 1;
  }
  body += code.slice(end);
  const head = required.length === 0 ? '' : `const ${required.join(',')};`;
  return `"use strict";${head}${body.replace(/export\{([^{}]*)\};?(\s*)$/, (_, names) => exportsOf(names))}`;
}

const plainRequire = (name) => `require(${JSON.stringify(name)})`;

/**
 * The constants of one import. A package in CommonJS is itself what modules import of it by default. An import without
 * names is for the order in which files run, on which nothing of svc2ipt depends.
 */
function constantsOf(statement, value) {
  const [, byDefault, list] =
    /^import(?:\s*([\w$]+))?,?\s*(?:\{([^}]*)\})?\s*(?:from)?"/.exec(statement) ?? [];
  if (byDefault === undefined && list === undefined) {
    if (/^import"/.test(statement)) return [];
    throw new Error(`cannot turn into CommonJS: ${statement}`);
  }
  return [
    ...(byDefault === undefined ? [] : [`${byDefault}=${value}`]),
    ...(list === undefined ? [] : [`{${list.replaceAll(' as ', ':')}}=${value}`]),
  ];
}

/** `a as b,c` becomes `b:a,c`. */
const exportsOf = (names) =>
  `module.exports={${names
    .split(',')
    .map((name) => name.split(' as '))
    .map(([own, exported = own]) => (own === exported ? own : `${exported}:${own}`))
    .join(',')}};`;

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
