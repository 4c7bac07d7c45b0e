import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from 'vitest';

interface Imported {
  readonly path: string;
  readonly kind: string;
  readonly external?: boolean;
}

interface ToCommonJs {
  readonly importsOf: (code: string) => readonly string[];
  readonly toCommonJs: (
    code: string,
    requireOf?: (name: string) => string,
    aliases?: readonly string[],
  ) => string;
  readonly toFunctionBody: (code: string, requireOf: (name: string) => string) => string;
  readonly refuseCycles: (
    outputs: Readonly<Record<string, { readonly imports: readonly Imported[] }>>,
  ) => void;
}

const FILE = join(import.meta.dirname, '../../build/to-commonjs.js');
const { importsOf, toCommonJs, toFunctionBody, refuseCycles } = (await import(
  pathToFileURL(FILE).href
)) as ToCommonJs;

/** What a module exports when Node.js runs it as CommonJS. */
function exportsOf(code: string): unknown {
  const module = { exports: {} as unknown };
  const wrapped = runInThisContext(`(function(module,require){${toCommonJs(code)}})`) as (
    module: unknown,
    require: NodeJS.Require,
  ) => void;
  wrapped(module, createRequire(import.meta.url));
  return module.exports;
}

describe('toCommonJs', () => {
  it('makes constants of imported names, and an object of exported ones', () => {
    const code =
      'import{join as a,sep}from"node:path";import b from"node:os";import"./for-its-order.cjs";var c=a("x",sep),d=b.EOL;export{c as $,d};\n';
    expect(toCommonJs(code)).toBe(
      '"use strict";const {join:a,sep}=require("node:path"),b=require("node:os");var c=a("x",sep),d=b.EOL;module.exports={$:c,d};',
    );
    expect(exportsOf(code)).toEqual({ $: 'x/', d: '\n' });
  });

  it('takes imports from the middle of a file, and both kinds in one', () => {
    const code = 'var a=1;import b,{join as c}from"node:path";var d=b.join===c?a:0;export{d};';
    expect(exportsOf(code)).toEqual({ d: 1 });
  });

  it('loads what is imported later when it is asked for', async () => {
    const { load } = exportsOf('var load=()=>import("node:path");export{load};') as {
      readonly load: () => Promise<{ readonly sep: string }>;
    };
    expect((await load()).sep).toBe('/');
  });

  it('gets other modules as it is told, by short names if it has some', () => {
    expect(
      toCommonJs(
        'import{a}from"./A.cjs";var b=()=>import("./B.cjs");export{a,b};',
        (name) => `p("${name}")`,
        ['p=require("./pack.cjs")'],
      ),
    ).toBe(
      '"use strict";const p=require("./pack.cjs"),{a}=p("./A.cjs");var b=()=>Promise.resolve().then(()=>p("./B.cjs"));module.exports={a,b};',
    );
  });

  it('gets each module once', () => {
    const code =
      'import{sep as a}from"node:path";import{EOL}from"node:os";import b,{join}from"node:path";var c=[a,EOL,b.sep,join("x","y")];export{c};';
    expect(toCommonJs(code)).toBe(
      '"use strict";const b=require("node:path"),{sep:a,join}=require("node:path"),{EOL}=require("node:os");var c=[a,EOL,b.sep,join("x","y")];module.exports={c};',
    );
    expect(exportsOf(code)).toEqual({ c: ['/', '\n', '/', 'x/y'] });
  });

  it('exports nothing where the module exports nothing', () => {
    expect(toCommonJs('import"node:path";var a=1;\n')).toBe('"use strict";var a=1;\nmodule.exports={};');
  });

  it('leaves text that only looks like an import', () => {
    expect(exportsOf('var a=\'import{b}from"node:nothing";\';export{a};')).toEqual({
      a: 'import{b}from"node:nothing";',
    });
  });

  it('refuses a form that it does not know', () => {
    expect(() => toCommonJs('import*as a from"node:path";export{a};')).toThrow(
      'cannot turn into CommonJS: import*as a from"node:path"',
    );
  });
});

describe('toFunctionBody', () => {
  it('returns what the module exports', () => {
    expect(
      toFunctionBody('import{a as b}from"./A.cjs";var c=b;export{c as d};\n', (name) => `p("${name}")`),
    ).toBe('const {a:b}=p("./A.cjs");var c=b;return{d:c}');
  });
});

describe('importsOf', () => {
  it('names what a module imports, at once or later', () => {
    expect(importsOf('import{a}from"./A.cjs";var b=()=>import("./B.cjs");')).toEqual(['./A.cjs', './B.cjs']);
  });
});

describe('refuseCycles', () => {
  const outputs = (kind: string) => ({
    'a.cjs': { imports: [{ path: 'b.cjs', kind }] },
    'b.cjs': {
      imports: [
        { path: 'a.cjs', kind },
        { path: 'node:fs', kind, external: true },
      ],
    },
  });

  it('refuses files that need each other', () => {
    expect(() => {
      refuseCycles(outputs('import-statement'));
    }).toThrow('files of the bundle need each other: a.cjs b.cjs a.cjs');
  });

  it('lets files load each other later', () => {
    expect(() => {
      refuseCycles(outputs('dynamic-import'));
    }).not.toThrow();
  });
});
