/** Large sets: alternatives are joined and looked up by the packet's destination, and match as if each were tested. */
import { describe, expect, it } from 'vitest';
import { alternativesFor } from '../../src/packets/alternatives.ts';
import { type Intervals, only, range } from '../../src/packets/intervals.ts';
import { type Field } from '../../src/packets/packet-set.ts';
import { type Test } from '../../src/packets/program.ts';

const field = (name: Field, values: Intervals): Test => ({ kind: 'field', field: name, values });
const EVERYTHING = range(0n, 1000n);

/** Entries of a set `hash:ip,port,ip`. */
const entries = (count: number): readonly (readonly Test[])[] =>
  Array.from({ length: count }, (_, at) => [
    field('destination', only(BigInt(at))),
    field('destinationPort', only(80n)),
    field('source', only(BigInt(at))),
  ]);

describe('alternatives', () => {
  it('that differ in one field are one', () => {
    const ofOnePort = [7n, 8n, 100n].map((ip) => [
      field('destination', only(ip)),
      field('protocol', only(6n)),
    ]);
    const other = [field('destination', only(9n)), field('protocol', only(17n))];
    expect(alternativesFor([...ofOnePort, other], EVERYTHING)).toEqual([
      [
        field('destination', [
          [7n, 8n],
          [100n, 100n],
        ]),
        field('protocol', only(6n)),
      ],
      other,
    ]);
    const ports = [field('protocol', only(6n))];
    expect(alternativesFor([ports, ports], EVERYTHING)).toEqual([ports, ports]);
  });

  it('keep what is more than fields, and lists of one', () => {
    const unknown: readonly Test[] = [field('destination', only(1n)), { kind: 'unknown', what: 'x' }];
    expect(alternativesFor([unknown], EVERYTHING)).toEqual([unknown]);
    expect(alternativesFor([unknown, ...entries(1)], EVERYTHING)).toEqual([...entries(1), unknown]);
  });

  it('of a long list are those for the destination, and those for any', () => {
    const any = [field('source', only(5n)), field('destinationPort', only(443n))];
    const all = [...entries(20), any];
    expect(alternativesFor(all, only(3n))).toEqual([entries(20)[3], any]);
    expect(alternativesFor(all, only(500n))).toEqual([any]);
    expect(alternativesFor(all, range(3n, 4n))).toEqual(all);
    expect(alternativesFor(all, only(3n))).toHaveLength(2);
    expect(alternativesFor(entries(5), only(3n))).toHaveLength(5);
  });
});
