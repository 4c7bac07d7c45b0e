import { type ProgramChain } from './program.ts';

/** The most rules of one generation: a few hundred bytes each. */
const MOST_RULES = 50_000;

/**
 * Returns a function that compiles chains when they are asked for, and keeps those that were asked for last.
 * So a rule set of any size takes no more memory for compiled rules than a small one. Chains live for two
 * generations, and again when they are asked for.
 */
export function chainCache(
  compile: (id: string) => ProgramChain | undefined,
  mostRules = MOST_RULES,
): (id: string) => ProgramChain | undefined {
  let young = new Map<string, ProgramChain>();
  let old = new Map<string, ProgramChain>();
  let rules = 0;
  return (id) => {
    const known = young.get(id);
    if (known !== undefined) return known;
    const chain = old.get(id) ?? compile(id);
    if (chain === undefined) return undefined;
    if (rules >= mostRules) {
      old = young;
      young = new Map();
      rules = 0;
    }
    young.set(id, chain);
    rules += chain.rules.length;
    return chain;
  };
}
