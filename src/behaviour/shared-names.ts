import { agesOn, type Clients, withAges } from '../packets/clients.ts';
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

const namesFor = (nameOf: (list: string) => string, tested: ReadonlySet<string>): SharedNames => {
  const renamed = new WeakMap<Clients, Clients>();
  return {
    ofPackets: (packets) => ({ ...packets, clients: renamedClients(packets.clients, nameOf, renamed) }),
    ofRemembered: (lists) => {
      if (lists.size === 0) return lists;
      return new Set([...lists].map(nameOf).filter((name) => tested.has(name)));
    },
  };
};

/** Conditions that begin alike are renamed once. */
function renamedClients(
  clients: Clients,
  nameOf: (list: string) => string,
  renamed: WeakMap<Clients, Clients>,
): Clients {
  const open: Clients[] = [];
  let at = clients;
  for (; at.before !== undefined && !renamed.has(at); at = at.before) open.push(at);
  let done = renamed.get(at) ?? at;
  for (const next of open.reverse()) {
    let name = nameOf(next.list);
    // Two lists of different chains that lead to one place.
    while (agesOn(done, name) !== undefined) name = `${name}+`;
    done = withAges(done, name, next.ages);
    renamed.set(next, done);
  }
  return done;
}
