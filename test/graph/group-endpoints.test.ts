import { expect, it } from 'vitest';
import { groupEndpoints } from '../../src/graph/group-endpoints.ts';
import { type ListedChain } from '../../src/listing/listed-port.ts';
import { rational } from '../../src/packets/rational.ts';

const chain = (name: string, denominators: readonly (number | undefined)[]): ListedChain => ({
  name,
  role: 'service',
  endpoints: denominators.map((denominator, at) => ({
    chain: `KUBE-SEP-${at}`,
    address: `10.0.0.${at}:80`,
    share: denominator === undefined ? undefined : rational(1n, BigInt(denominator)),
  })),
});
const counted = (chains: readonly ListedChain[]): readonly string[] =>
  groupEndpoints(chains).map(
    ({ lines, ways }) => `${lines[0]} ${ways.map((way) => `${way.chain} ${way.share}`).join(', ')}`,
  );

it('leaves few endpoints alone', () => {
  expect(counted([chain('A', [2, 2])])).toEqual(['10.0.0.0:80 A 1/2', '10.0.0.1:80 A 1/2']);
});

it('puts many of equal share together, each share apart', () => {
  const shares = [...Array<number>(20).fill(40), 2];
  expect(counted([chain('A', shares)])).toEqual(['20 endpoints A 1/40 each', '10.0.0.20:80 A 1/2']);
});

it('tells endpoints apart that several chains lead to', () => {
  const chains = [chain('A', Array<number>(20).fill(20)), chain('B', [2, 2])];
  expect(counted(chains)).toEqual(['2 endpoints A 1/20 each, B 1/2 each', '18 endpoints A 1/20 each']);
});

it('tells the least and the greatest share when all differ, and admits what nobody knows', () => {
  const shares = Array.from({ length: 20 }, (_, at) => at + 20);
  expect(counted([chain('A', shares)])).toEqual(['20 endpoints A 1/39 to 1/20 each']);
  expect(counted([chain('A', Array<undefined>(20).fill(undefined))])).toEqual(['20 endpoints A ? each']);
});
