import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type Ignore } from 'ignore';

/** The file that names what to leave out of a directory and all below, in the syntax of .gitignore. */
export const IGNORE_FILE = '.svc2iptignore';

/** Patterns and the directory that they count from. */
export interface IgnoreRules {
  readonly base: string;
  readonly rules: Ignore;
}

/** Reads the ignore file of a directory; undefined when there is none. */
export async function ignoreRulesIn(directory: string): Promise<IgnoreRules | undefined> {
  try {
    return await rulesFrom(directory, readFileSync(join(directory, IGNORE_FILE), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Makes rules of `--exclude`; undefined without any. They count from the working directory for what lies below it, and
 * else from the directory or file that was named.
 */
export async function excludeRules(
  globs: readonly string[],
  named: string,
  isDirectory: boolean,
): Promise<IgnoreRules | undefined> {
  if (globs.length === 0) return undefined;
  const isBelow = !isOutside(relative('.', named));
  return rulesFrom(isBelow ? '.' : isDirectory ? named : dirname(named), globs);
}

/** Loads the library only here: most runs leave out nothing. */
async function rulesFrom(base: string, patterns: string | readonly string[]): Promise<IgnoreRules> {
  const { default: ignore } = await import('ignore');
  return { base, rules: ignore().add(patterns) };
}

const isOutside = (path: string): boolean => path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);

/** Returns true when any of the rules leaves out the file or directory. */
export function isIgnored(path: string, isDirectory: boolean, all: readonly IgnoreRules[]): boolean {
  return all.some(({ base, rules }) => {
    const inside = relative(resolve(base), resolve(path));
    if (inside === '' || isOutside(inside)) return false;
    return rules.ignores(inside.split(sep).join('/') + (isDirectory ? '/' : ''));
  });
}
