import {
  type Chain,
  type Element,
  type Expression,
  type NamedSet,
  type Rule,
  type Statement,
  type Table,
} from '../../../netfilter/nftables/model.ts';
import { chainOf } from './same.ts';

/** One side of a comparison: the chains and sets of kube-proxy's table by their names. */
export interface Side {
  readonly chains: ReadonlyMap<string, Chain>;
  readonly sets: ReadonlyMap<string, NamedSet>;
}

/** Looks up what a table holds; a table that is not there holds nothing. */
export const sideOf = (table: Table | undefined): Side => ({
  chains: new Map(table?.chains.map((chain) => [chain.name, chain])),
  sets: new Map(table?.sets.map((set) => [set.name, set])),
});

/** The elements of a set; none when it is not there. */
export const elementsOf = ({ sets }: Side, name: string): readonly Element[] =>
  sets.get(name)?.elements ?? [];

/** Returns the names of all chains and sets that a packet can come to. */
export function reachableObjects(side: Side): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...side.chains.values()].filter(({ hook }) => hook !== undefined).map(({ name }) => name);
  const visit = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    open.push(name);
  };
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    reached.add(name);
    for (const rule of side.chains.get(name)?.rules ?? []) for (const used of usedBy(rule)) visit(used);
    for (const { data } of elementsOf(side, name)) {
      const chain = chainOf(data);
      if (chain !== undefined) visit(chain);
    }
  }
  return reached;
}

/** The chains and sets that a rule names. */
export const usedBy = ({ statements }: Rule): readonly string[] => statements.flatMap(usedByStatement);

function usedByStatement(statement: Statement): readonly string[] {
  if (statement.kind === 'goto' || statement.kind === 'jump') return [statement.chain];
  if (statement.kind === 'match') return usedByExpression(statement.right);
  if (statement.kind === 'vmap') return usedByExpression(statement.data);
  if (statement.kind === 'dnat' || statement.kind === 'snat') return usedByExpression(statement.address);
  return statement.kind === 'set-update' ? [statement.set] : [];
}

function usedByExpression(expression: Expression): readonly string[] {
  if (expression.kind === 'set-reference') return [expression.name];
  if (expression.kind === 'map') return usedByExpression(expression.data);
  return expression.kind === 'set' ? expression.elements.flatMap(({ data }) => chainOf(data) ?? []) : [];
}
