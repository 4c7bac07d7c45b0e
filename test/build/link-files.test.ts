import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

interface Linked {
  readonly name: string;
  readonly from?: string;
  readonly text: string;
}

interface LinkFiles {
  readonly linkFiles: (
    modules: ReadonlyMap<string, string>,
    names: { readonly entries: ReadonlySet<string>; readonly packed: ReadonlySet<string> },
  ) => readonly Linked[];
}

const FILE = join(import.meta.dirname, '../../build/link-files.js');
const { linkFiles } = (await import(pathToFileURL(FILE).href)) as LinkFiles;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-link-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Links the modules, writes the files, and returns their names and the exports of `main`. */
function run(modules: Readonly<Record<string, string>>): {
  readonly files: readonly Linked[];
  readonly main: unknown;
} {
  const files = linkFiles(new Map(Object.entries(modules)), {
    entries: new Set(['./main.cjs']),
    packed: new Set(['./SMALL.cjs', './TINY.cjs']),
  });
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  return { files, main: createRequire(import.meta.url)(join(folder, 'main.cjs')) };
}

const MODULES = {
  './main.cjs':
    'import{a as b}from"./SMALL.cjs";import{t as a}from"./TINY.cjs";import{c}from"./LARGE.cjs";import{sep as d}from"node:path";var e=()=>import("./LATER.cjs");export{b,a as k,c,d,e};\n',
  './LARGE.cjs': 'import{a}from"./SMALL.cjs";var b=["large",a];export{b as c};\n',
  './SMALL.cjs':
    'import{t}from"./TINY.cjs";import{EOL as r}from"node:os";var a=[r,t];globalThis.linked=(globalThis.linked??0)+1;export{a};\n',
  './TINY.cjs': 'var t="tiny";export{t};\n',
  './LATER.cjs': 'import{sep as r}from"node:path";var m=r;export{m as later};\n',
};

it('gives chunks numbers and keeps the names of entries', () => {
  const { files } = run(MODULES);
  expect(files.map(({ name, from }) => [name, from])).toEqual([
    ['./main.cjs', './main.cjs'],
    ['./1.cjs', './LARGE.cjs'],
    ['./2.cjs', './LATER.cjs'],
    ['./pack.cjs', undefined],
  ]);
});

it('links files that give what the modules export', async () => {
  const { main } = run(MODULES);
  const small = ['\n', 'tiny'];
  expect(main).toEqual({
    b: small,
    k: 'tiny',
    c: ['large', small],
    d: '/',
    e: expect.any(Function) as unknown,
  });
  expect(await (main as { readonly e: () => Promise<unknown> }).e()).toEqual({ later: '/' });
});

it('makes a packed chunk once', () => {
  Object.assign(globalThis, { linked: 0 });
  run(MODULES);
  expect(globalThis).toHaveProperty('linked', 1);
});

it('gives short names that a file does not have', () => {
  const { files, main } = run({
    './main.cjs': 'import{EOL as f}from"node:os";import{a as g}from"./SMALL.cjs";var h=[f,g];export{h};',
    './SMALL.cjs': 'var a="abcdeg".split("");export{a};',
  });
  expect(files.map(({ text }) => text)).toEqual([
    '"use strict";const b=require,c=b("./pack.cjs"),{EOL:f}=b("node:os"),{a:g}=c(0);var h=[f,g];module.exports={h};',
    '"use strict";const b=require,made=[],make=[(function(){var a="abcdeg".split("");return{a}})],c=i=>made[i]??=make[i]();module.exports=c;',
  ]);
  expect(main).toEqual({ h: ['\n', ['a', 'b', 'c', 'd', 'e', 'g']] });
});

it('uses no short name for what it needs once', () => {
  const { files } = run({ './main.cjs': 'import{EOL as f}from"node:os";export{f};' });
  expect(files[0]?.text).toBe('"use strict";const {EOL:f}=require("node:os");module.exports={f};');
});

it('refuses a file that has all short names', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
  const all = [...letters, ...letters.flatMap((first) => letters.map((second) => first + second))];
  expect(() => run({ './main.cjs': `var A="${all.join(' ')}";export{A};` })).toThrow(
    'no short names are left',
  );
});
