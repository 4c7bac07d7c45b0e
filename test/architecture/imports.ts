import { posix } from 'node:path';
import ts from 'typescript';

/** Source files by path relative to `src`, with their text. */
export type SourceTree = ReadonlyMap<string, string>;

/** What each part of `src` may import: its parts by path prefix, and packages by name. */
export interface ImportRules {
  /** A part is a folder, or a file, of `src`; the longest prefix of a path names its part. */
  readonly mayImport: Readonly<Record<string, readonly string[]>>;
  /** Parts that alone may import a package or a module of Node. */
  readonly onlyIn: Readonly<Record<string, readonly string[]>>;
}

/** One import that the rules forbid. */
export interface ForbiddenImport {
  readonly file: string;
  readonly imported: string;
}

/** All modules that a text imports: by `import`, `export from`, `import()`, type or value, or for its effect alone. */
export function importsOf(file: string, text: string): readonly string[] {
  const names = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  return names.map((name) => (name.startsWith('.') ? posix.join(posix.dirname(file), name) : name));
}

/** The part that a file belongs to; undefined for a file of none. */
export function partOf(file: string, { mayImport }: ImportRules): string | undefined {
  return Object.keys(mayImport)
    .filter((part) => isIn(file, part))
    .sort((a, b) => b.length - a.length)[0];
}

/** Every import of the tree that the rules do not allow. */
export function forbiddenImports(tree: SourceTree, rules: ImportRules): readonly ForbiddenImport[] {
  return [...tree].flatMap(([file, text]) =>
    importsOf(file, text)
      .filter((imported) => !isAllowed(file, imported, rules))
      .map((imported) => ({ file, imported })),
  );
}

function isAllowed(file: string, imported: string, rules: ImportRules): boolean {
  const part = partOf(file, rules);
  if (part === undefined) return false;
  if (!imported.endsWith('.ts')) {
    const owners = Object.hasOwn(rules.onlyIn, imported) ? rules.onlyIn[imported] : undefined;
    return owners === undefined || owners.some((owner) => isIn(file, owner));
  }
  if (partOf(imported, rules) === part) return true;
  return (rules.mayImport[part] ?? []).some((allowed) => isIn(imported, allowed));
}

const isIn = (file: string, part: string): boolean => file === part || file.startsWith(`${part}/`);

/** The first import cycle of the tree, as the files on it; empty without one. */
export function importCycle(tree: SourceTree): readonly string[] {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of importsOf(file, tree.get(file) ?? '')) {
      const cycle = tree.has(next) ? visit(next, [...path, file]) : [];
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of tree.keys()) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
