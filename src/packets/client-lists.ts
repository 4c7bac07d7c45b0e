import { appendAll } from '../text/append-all.ts';
import { addToGroup } from '../text/groups.ts';
import { type Program, type ProgramChain, type Step, type Translation } from './program.ts';

/** A rule that treats the clients on a list (of `recent`, or a dynamic set of nftables) in its own way. */
export interface ClientList {
  readonly list: string;
  /** Finds where the rule sends these clients; undefined when it does not send all to one place. */
  readonly target: () => Translation | undefined;
}

/** Returns the lists of clients that rules of a chain look at, in the order of the rules. */
export const clientListsIn = (chain: ProgramChain, program: Program): readonly ClientList[] =>
  chain.rules.flatMap(({ steps }) => {
    const list = clientTestIn(steps)?.list;
    return list === undefined ? [] : [{ list, target: () => translationOf(steps, program, 0) }];
  });

const listsByTarget = new WeakMap<Program, ReadonlyMap<string, readonly string[]>>();

/**
 * Returns the lists whose clients the rules send to an endpoint: those that session affinity keeps for it. Looks
 * once at every chain that packets can come to.
 */
export function clientListsFor(program: Program, address: bigint, port: bigint): readonly string[] {
  const index = listsByTarget.get(program) ?? indexLists(program);
  listsByTarget.set(program, index);
  return index.get(`${address} ${port}`) ?? [];
}

function indexLists(program: Program): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  const open = program.baseChains.map(({ chain }) => chain);
  const seen = new Set<string>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const chain = program.chain(id);
    if (chain === undefined) continue;
    for (const { list, target } of clientListsIn(chain, program)) {
      const { address, port } = target() ?? {};
      if (address !== undefined && port !== undefined) addToGroup(index, `${address} ${port}`, list);
    }
    for (const { steps } of chain.rules) appendAll(open, chainsCalledBy(steps));
  }
  return index;
}

/** The chains that steps lead to. */
function chainsCalledBy(steps: readonly Step[]): readonly string[] {
  const called: string[] = [];
  for (const step of steps) {
    if (step.kind === 'jump' || step.kind === 'goto') called.push(step.chain);
    else if (step.kind === 'choose') {
      for (const next of chainsCalledBy(step.choices.map(({ action }) => action))) called.push(next);
    }
  }
  return called;
}

/** Returns the first test of a list of clients, alone or as an alternative to the clients of one moment. */
function clientTestIn(steps: readonly Step[]): Extract<Step, { kind: 'client' }> | undefined {
  for (const step of steps) {
    if (step.kind === 'client') return step;
    const within = step.kind === 'any' ? clientTestIn(step.of.flat()) : undefined;
    if (within !== undefined) return within;
  }
  return undefined;
}

/** Chains between a list of clients and what it leads to. kube-proxy needs one. */
const MOST_CHAINS_BETWEEN = 3;

function translationOf(steps: readonly Step[], program: Program, depth: number): Translation | undefined {
  for (const step of steps) {
    if (step.kind === 'translate-destination') return step.choices.length === 1 ? step.choices[0] : undefined;
  }
  if (depth >= MOST_CHAINS_BETWEEN) return undefined;
  for (const id of chainsCalledBy(steps)) {
    for (const rule of program.chain(id)?.rules ?? []) {
      const found = translationOf(rule.steps, program, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
