import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unreachableTypes } from './exported-types.ts';

const SRC = join(import.meta.dirname, '../../src');

it('every type that an exported signature names can be imported', () => {
  expect(unreachableTypes(join(SRC, 'index.ts'), SRC)).toEqual([]);
});

describe('the guard finds a type that is not exported', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'svc2ipt-types-'));
    const types = [
      'export interface Hidden { readonly a: string }',
      'export interface Table { readonly row: Hidden }',
      'export type Mapped<T> = { readonly [Key in keyof T]: string };',
      'export interface Shown extends Hidden { readonly b: Mapped<Hidden> }',
      'export type Indexed<Key extends keyof Table> = Table[Key];',
      'export function take(hidden: readonly Hidden[]): void { const table: Table | undefined = undefined; void [hidden, table]; }',
      'export const give = (): Hidden => { throw new Error(); };',
      'export type Names = keyof Table;',
    ];
    writeFileSync(join(folder, 'types.ts'), types.join('\n'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([
    [
      'in an extends clause',
      "export type { Shown } from './types.ts';",
      [{ exported: 'Shown', type: 'Hidden' }],
    ],
    ['as an argument', "export { take } from './types.ts';", [{ exported: 'take', type: 'Hidden' }]],
    ['as a result', "export { give } from './types.ts';", [{ exported: 'give', type: 'Hidden' }]],
    [
      'by indexed access',
      "export type { Indexed } from './types.ts';",
      [{ exported: 'Indexed', type: 'Hidden' }],
    ],
    ['but not one that is exported', "export { give, type Hidden } from './types.ts';", []],
    ['nor one in an exported namespace', "export type * as all from './types.ts';", []],
    ['nor what keyof is asked of', "export type { Names } from './types.ts';", []],
  ])('%s', (_, text, missing) => {
    const entry = join(folder, 'index.ts');
    writeFileSync(entry, text);
    expect(unreachableTypes(entry, folder)).toEqual(missing);
  });
});
