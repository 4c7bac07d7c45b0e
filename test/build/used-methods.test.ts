import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

interface UsedMethods {
  readonly withUsedMethods: (text: string, callers: readonly string[]) => string;
}

const FILE = join(import.meta.dirname, '../../build/used-methods.js');
const { withUsedMethods } = (await import(pathToFileURL(FILE).href)) as UsedMethods;

const TEXT = `class A {
  constructor() { this.start(); }
  start() {}
  /** Does much. */
  asked() { return this.byAsked(); }
  byAsked() { return (b) => b.ofOther(1); }
  unused() { return this.byUnused(); }
  byUnused() {}
  get value() { return 1; }
  async last() {}
}
class B { ofOther() {} unused() {} }
function free(a) { a.byFree(); }
class C { byFree() { word(); } word() {} }
`;

it('leaves the methods that callers call, and those that these call', () => {
  expect(withUsedMethods(TEXT, ['config.asked();', 'config?.last'])).toBe(`class A {
  constructor() { this.start(); }
  start() {}
  /** Does much. */
  asked() { return this.byAsked(); }
  byAsked() { return (b) => b.ofOther(1); }
  get value() { return 1; }
  async last() {}
}
class B { ofOther() {} }
function free(a) { a.byFree(); }
class C { byFree() { word(); } }
`);
});

it('leaves all of a module whose methods are all called', () => {
  const text = 'class A { a() {} b() { this.a(); } }';
  expect(withUsedMethods(text, ['x.b()'])).toBe(text);
});
