import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forbiddenImports, importCycle, type ImportRules, partOf, type SourceTree } from './imports.ts';

const SRC = join(import.meta.dirname, '../../src');

/** Everything below the commands: what they may put together. */
const PIPELINE = [
  'text',
  'diagnostics',
  'schema',
  'dialect',
  'manifest',
  'config',
  'cluster',
  'proxy',
  'netfilter',
  'modes',
];

/** One direction: nothing reaches back. A part may always import from itself. */
const RULES: ImportRules = {
  mayImport: {
    text: [],
    diagnostics: ['text'],
    dialect: ['text'],
    schema: ['text'],
    manifest: ['text', 'schema', 'diagnostics'],
    config: ['text', 'schema', 'diagnostics', 'dialect', 'manifest', 'proxy/settings.ts'],
    cluster: [
      'text',
      'schema',
      'diagnostics',
      'manifest/types.ts',
      'manifest/resource.ts',
      'manifest/seen-object.ts',
    ],
    proxy: ['text', 'diagnostics', 'dialect', 'cluster/model.ts', 'manifest/types.ts'],
    netfilter: ['text', 'diagnostics', 'manifest/json', 'manifest/document.ts'],
    modes: ['text', 'diagnostics', 'dialect', 'proxy', 'netfilter/nftables/nft-release.ts', 'modes'],
    // The rules of mode userspace are read as those of mode iptables are.
    'modes/userspace': [
      'text',
      'diagnostics',
      'dialect',
      'proxy',
      'netfilter/iptables',
      'modes/mode.ts',
      'modes/comparison.ts',
      'modes/iptables/rules/comments.ts',
      'modes/iptables/read-dump.ts',
      'modes/live-service-draft.ts',
      'modes/fit-versions.ts',
      'modes/worst-first.ts',
    ],
    'modes/nftables': [
      'text',
      'diagnostics',
      'dialect',
      'proxy',
      'netfilter/nftables',
      'modes/mode.ts',
      'modes/comparison.ts',
      'modes/live-service-draft.ts',
      'modes/node-address.ts',
      'modes/fit-versions.ts',
      'modes/share.ts',
      'modes/worst-first.ts',
      'modes/port-facts.ts',
    ],
    'modes/iptables': [
      'text',
      'diagnostics',
      'dialect',
      'proxy',
      'netfilter/iptables',
      'modes/mode.ts',
      'modes/comparison.ts',
      'modes/live-service-draft.ts',
      'modes/node-address.ts',
      'modes/fit-versions.ts',
      'modes/share.ts',
      'modes/worst-first.ts',
      'modes/port-facts.ts',
    ],
    // The rules of mode ipvs share words and sections with those of mode iptables.
    'modes/ipvs': [
      'text',
      'diagnostics',
      'dialect',
      'proxy',
      'netfilter',
      'modes/mode.ts',
      'modes/comparison.ts',
      'modes/iptables/rules',
      'modes/iptables/read-dump.ts',
      'modes/fit-versions.ts',
      'modes/port-facts.ts',
      'modes/worst-first.ts',
    ],
    packets: ['text', 'netfilter'],
    pipeline: PIPELINE,
    trace: [...PIPELINE, 'pipeline', 'packets', 'compile.ts'],
    names: ['text', 'diagnostics', 'dialect/dns-schema.ts', 'manifest/types.ts', 'cluster'],
    graph: ['text', 'packets', 'netfilter', 'modes', 'listing'],
    decompile: [...PIPELINE, 'pipeline'],
    listing: [...PIPELINE, 'pipeline', 'packets', 'compile.ts'],
    diff: [...PIPELINE, 'pipeline'],
    behaviour: ['text', 'packets', 'trace'],
    review: ['text', 'diagnostics'],
    lint: ['text', 'diagnostics', 'dialect', 'manifest', 'cluster', 'review'],
    report: ['text', 'modes/comparison.ts', 'review'],
    golden: [...PIPELINE, 'pipeline', 'report', 'review', 'compile.ts'],
    'api-server': ['text', 'schema', 'diagnostics', 'manifest'],
    'compile.ts': [...PIPELINE, 'pipeline'],
    'diff.ts': [...PIPELINE, 'pipeline', 'diff', 'compile.ts'],
    library: [...PIPELINE, 'pipeline', 'lint', 'packets', 'trace', 'compile.ts', 'diff.ts'],
    'index.ts': [...PIPELINE, 'pipeline', 'lint', 'packets', 'trace', 'library'],
    cli: [
      ...PIPELINE,
      'pipeline',
      'diff',
      'lint',
      'report',
      'review',
      'golden',
      'compile.ts',
      'diff.ts',
      'packets',
      'trace',
      'listing',
      'names',
      'graph',
      'decompile',
      'behaviour',
      'api-server',
    ],
  },
  onlyIn: {
    'node:fs': ['cli'],
    'node:fs/promises': ['cli', 'api-server'],
    'node:http': ['cli', 'api-server'],
    'node:https': ['api-server'],
    '@kubernetes/client-node/dist/config.js': ['api-server'],
    'node:child_process': ['cli', 'api-server'],
    commander: ['cli'],
    ignore: ['cli'],
    yaml: ['decompile', 'manifest'],
    ajv: ['schema'],
    'json-schema-to-ts': ['schema'],
    diff: ['golden', 'cli'],
    '@dagrejs/dagre': ['graph'],
    'ipaddr.js': ['text', 'cluster', 'netfilter'],
  },
};

const tree: SourceTree = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(SRC, name), 'utf8')]),
);

describe('the phases import in one direction', () => {
  it('every file belongs to a part', () => {
    expect([...tree.keys()].filter((file) => partOf(file, RULES) === undefined)).toEqual([]);
  });

  it('no import is forbidden', () => {
    expect(forbiddenImports(tree, RULES)).toEqual([]);
  });

  it('no import cycle', () => {
    expect(importCycle(tree)).toEqual([]);
  });
});

describe('a start', () => {
  /** What a file imports before it runs; what it asks for later by `import()` is left out. */
  const atOnce = (file: string): readonly string[] =>
    [...(tree.get(file) ?? '').matchAll(/^(?:import|export)\s[^;]*?from '(\.[^']+)';/gms)].map(
      ([, path = '']) => posix.join(posix.dirname(file), path),
    );

  it('loads no command that nobody asked for', () => {
    const loaded = new Set(['cli/main.ts']);
    for (const file of loaded) for (const next of atOnce(file)) loaded.add(next);
    expect(
      [...loaded].filter((file) => /^cli\/commands\/|^(?:manifest|netfilter|packets)\//.test(file)),
    ).toEqual([]);
    expect(loaded).toContain('cli/commands.ts');
  });
});

describe('the guard finds', () => {
  const guard = (file: string, text: string): readonly string[] =>
    forbiddenImports(new Map([[file, text]]), RULES).map(({ imported }) => imported);

  it.each([
    ['a value', 'text/a.ts', "import { b } from '../manifest/b.ts';", 'manifest/b.ts'],
    ['a type', 'text/a.ts', "import { type B } from '../manifest/b.ts';", 'manifest/b.ts'],
    ['a whole type import', 'text/a.ts', "import type { B } from '../manifest/b.ts';", 'manifest/b.ts'],
    ['an import for its effect', 'text/a.ts', "import '../manifest/b.ts';", 'manifest/b.ts'],
    ['a re-export', 'text/a.ts', "export * from '../manifest/b.ts';", 'manifest/b.ts'],
    ['a dynamic import', 'text/a.ts', "const b = await import('../manifest/b.ts');", 'manifest/b.ts'],
    ['an import type', 'text/a.ts', "type B = import('../manifest/b.ts').B;", 'manifest/b.ts'],
    ['a root file', 'manifest/a.ts', "import { compile } from '../compile.ts';", 'compile.ts'],
    ['the command line', 'report/a.ts', "import { main } from '../cli/main.ts';", 'cli/main.ts'],
    ['a phase from a root file', 'compile.ts', "import './lint/lint.ts';", 'lint/lint.ts'],
    ['another mode', 'modes/iptables/a.ts', "import '../nftables/b.ts';", 'modes/nftables/b.ts'],
    ['a package', 'text/a.ts', "import { parse } from 'yaml';", 'yaml'],
    ['a module of Node', 'manifest/a.ts', "import 'node:fs';", 'node:fs'],
    ['an import over several lines', 'text/a.ts', "import {\n  b,\n} from\n  'yaml';", 'yaml'],
    ['anything in a file of no part', 'utils.ts', "import './text/a.ts';", 'text/a.ts'],
  ])('%s', (_, file, text, imported) => {
    expect(guard(file, text)).toEqual([imported]);
  });

  it('and lets pass what is allowed', () => {
    expect(guard('cluster/a.ts', "import { x } from '../manifest/types.ts';")).toEqual([]);
    expect(guard('cluster/a.ts', "import { x } from './b.ts';")).toEqual([]);
    expect(guard('cli/a.ts', "import 'node:fs';")).toEqual([]);
  });

  it('a cycle', () => {
    const cyclic = new Map([
      ['text/a.ts', "import './b.ts';"],
      ['text/b.ts', "import { type C } from './c.ts';"],
      ['text/c.ts', "import '../text/b.ts';"],
    ]);
    expect(importCycle(cyclic)).toEqual(['text/b.ts', 'text/c.ts', 'text/b.ts']);
  });
});
