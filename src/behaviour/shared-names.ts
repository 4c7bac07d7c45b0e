import { type Intervals } from '../packets/intervals.ts';
import { type Box } from '../packets/packet-set.ts';
import { type Scan } from './scan.ts';

/** Replaces the names of lists of clients by names that mean the same in two programs. */
export interface SharedNames {
  readonly ofPackets: (packets: Box) => Box;
  /** Leaves out lists that no rule looks at in one of the programs: it does not matter who is on them. */
  readonly ofRemembered: (lists: ReadonlySet<string>) => ReadonlySet<string>;
}

/**
 * Names lists by the endpoint to which their clients are sent. A list that leads nowhere in one program is
 * named as in the other program, when that has a list of this name.
 */
export function sharedNames([one, other]: readonly [Scan, Scan]): readonly [SharedNames, SharedNames] {
  const testedIn = ({ tested }: Scan, nameOf: (list: string) => string): ReadonlySet<string> =>
    new Set([...tested].map(nameOf));
  const nameInOne = namesBy(one, other);
  const nameInOther = namesBy(other, one);
  const inOther = testedIn(other, nameInOther);
  const inBoth = new Set([...testedIn(one, nameInOne)].filter((name) => inOther.has(name)));
  return [namesFor(nameInOne, inBoth), namesFor(nameInOther, inBoth)];
}

const namesBy =
  (own: Scan, other: Scan) =>
  (list: string): string =>
    own.clients.get(list) ?? other.clients.get(list) ?? list;

const namesFor = (nameOf: (list: string) => string, tested: ReadonlySet<string>): SharedNames => ({
  ofPackets: (packets) => {
    const clients = new Map<string, Intervals>();
    for (const [list, ages] of packets.clients) {
      let name = nameOf(list);
      // Two lists of different chains that lead to one place.
      while (clients.has(name)) name = `${name}+`;
      clients.set(name, ages);
    }
    return { ...packets, clients };
  },
  ofRemembered: (lists) => {
    if (lists.size === 0) return lists;
    return new Set([...lists].map(nameOf).filter((name) => tested.has(name)));
  },
});
