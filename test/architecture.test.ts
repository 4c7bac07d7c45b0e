import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Which folders of src a folder may import from, besides itself. One direction: nothing reaches back. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  text: [],
  dialect: ['text'],
  manifest: ['text'],
  config: ['text', 'dialect', 'manifest', 'proxy/settings.ts'],
  cluster: ['text', 'manifest/types.ts', 'manifest/resource.ts'],
  proxy: ['text', 'dialect', 'cluster/model.ts', 'manifest/types.ts'],
  rules: ['text', 'dialect', 'proxy'],
  iptables: ['text', 'rules/model.ts'],
  infer: ['text', 'dialect', 'rules', 'proxy', 'iptables'],
  compare: [
    'text',
    'rules/model.ts',
    'rules/chain-roles.ts',
    'rules/comments.ts',
    'rules/kubelet-firewall.ts',
    'rules/reachable-chains.ts',
  ],
  diff: [
    'text',
    'dialect',
    'manifest',
    'config',
    'cluster',
    'proxy',
    'rules',
    'iptables',
    'infer',
    'compare',
  ],
  lint: ['text', 'manifest', 'cluster'],
  report: ['text', 'compare', 'rules/model.ts', 'rules/chain-roles.ts', 'iptables'],
};

/** Who may use what of the outside. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  'node:fs': ['cli'],
  'node:fs/promises': ['cli'],
  'node:child_process': ['cli'],
  commander: ['cli'],
  chalk: ['cli', 'report'],
  yaml: ['manifest'],
  ajv: ['manifest'],
  diff: ['report', 'cli'],
  'ipaddr.js': ['text', 'cluster', 'iptables'],
};

const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'));

const importsOf = new Map(
  files.map((file) => {
    const text = readFileSync(join(ROOT, 'src', file), 'utf8');
    const found = [...text.matchAll(/^(?:import|export)\s[^;]*?from '([^']+)';/gms)].map(
      (match) => match[1] ?? '',
    );
    return [file, found.map((name) => (name.startsWith('.') ? posix.join(posix.dirname(file), name) : name))];
  }),
);

const folderOf = (file: string): string => file.split('/')[0] ?? '';

describe('the phases import in one direction', () => {
  it.each(files)('%s', (file) => {
    const folder = folderOf(file);
    const allowed = MAY_IMPORT[folder];
    const wrong = (importsOf.get(file) ?? []).filter((name) => {
      if (!name.includes('/') || !files.includes(name)) {
        const owners = ONLY_IN[name];
        return owners !== undefined && !owners.includes(folder);
      }
      if (folderOf(name) === 'cli') return folder !== 'cli';
      if (allowed === undefined || folderOf(name) === folder) return false;
      return !allowed.includes(folderOf(name)) && !allowed.includes(name);
    });
    expect(wrong).toEqual([]);
  });

  it('has no import cycle', () => {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (done.has(file)) return;
      expect(path, `cycle ${[...path, file].join(' -> ')}`).not.toContain(file);
      for (const next of importsOf.get(file) ?? []) if (importsOf.has(next)) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });

  it('every folder is in the table', () => {
    const folders = new Set(files.filter((file) => file.includes('/')).map(folderOf));
    expect([...folders].filter((folder) => folder !== 'cli' && MAY_IMPORT[folder] === undefined)).toEqual([]);
  });
});
