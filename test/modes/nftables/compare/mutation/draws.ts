import { type Element, type Statement } from '../../../../../src/netfilter/nftables/model.ts';

/** The numbers that a statement draws, and what each leads to. */
export interface Draw {
  readonly modulus: number;
  readonly elements: readonly Element[];
}

export function drawIn(statement: Statement): Draw | undefined {
  const map =
    statement.kind === 'vmap'
      ? statement
      : statement.kind === 'dnat' && statement.address.kind === 'map'
        ? statement.address
        : undefined;
  if (map?.key.kind !== 'numgen' || map.data.kind !== 'set') return undefined;
  return { modulus: map.key.modulus, elements: map.data.elements };
}

/** The statement with other numbers. */
export function withDraw(statement: Statement, elements: readonly Element[], modulus: number): Statement {
  const key = { kind: 'numgen', mode: 'random', modulus, offset: 0 } as const;
  const data = { kind: 'set', elements } as const;
  if (statement.kind === 'vmap') return { ...statement, key, data };
  if (statement.kind !== 'dnat') throw new Error('this statement draws nothing');
  return { ...statement, address: { kind: 'map', key, data } };
}
