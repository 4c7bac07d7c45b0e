import { FIRST_OF_CONNECTION } from '../packets/evaluate.ts';
import { rulesAt } from '../packets/chain-index.ts';
import { type Intervals, only, overlap, sameIntervals, unionOf } from '../packets/intervals.ts';
import { mayAct, type Values } from '../packets/may-match.ts';
import { type Box } from '../packets/packet-set.ts';
import { type BaseChain, type Program, type ProgramChain } from '../packets/program.ts';
import { callsOfTwins, type Examined } from './chain-classes.ts';

/** Two programs, and what one examiner found in them. */
export interface Compared {
  readonly programs: readonly [Program, Program];
  readonly examined: readonly [Examined, Examined];
}

/**
 * Returns a function that is true for packets that two programs surely treat alike, because the packets meet
 * the same rules on both sides. False says nothing. The function only looks rules up, which takes much less
 * time than to evaluate them.
 */
export function agreementOf({ programs, examined }: Compared): (packets: Box) => boolean {
  const [one, other] = programs;
  if (!sameIntervals(one.localAddresses, other.localAddresses)) return () => false;
  const sides: Sides = [
    { program: one, ...examined[0] },
    { program: other, ...examined[1] },
  ];
  const pairs = differentBases(sides);
  // Rules that packets meet behind nat see the addresses that nat has chosen.
  const behind = pairs.filter(({ base }) => !(base.isNat && /^(?:PREROUTING|OUTPUT)$/.test(base.hook)));
  const chosen = chosenByNat(examined, one.localAddresses);
  if (behind.some((pair) => !actAlike(pair, chosen, sides))) return () => false;
  return ({ fields }) => {
    // Interfaces change on the way.
    const values = { ...fields, inInterface: undefined, outInterface: undefined };
    const seesNat = overlap(fields.conntrack, FIRST_OF_CONNECTION);
    return pairs.every((pair) => (pair.base.isNat && !seesNat) || actAlike(pair, values, sides));
  };
}

/** A program, and what its chains do. */
interface Side extends Examined {
  readonly program: Program;
}
type Sides = readonly [Side, Side];

/** Base chains of the two programs that the kernel calls at the same place, and that are not the same. */
interface Pair {
  readonly base: BaseChain;
  /** Undefined when a side has no such chain. */
  readonly chains: readonly [string | undefined, string | undefined];
  readonly samePolicy: boolean;
}

function differentBases([first, second]: Sides): readonly Pair[] {
  const [ofFirst, ofSecond] = [basesByPlace(first.program), basesByPlace(second.program)];
  const pairs: Pair[] = [];
  for (const [place, base] of new Map([...ofSecond, ...ofFirst])) {
    const [one, other] = [ofFirst.get(place), ofSecond.get(place)];
    const samePolicy = policyOf(one) === policyOf(other);
    const isSame = one && other && first.classOf(one.chain)?.class === second.classOf(other.chain)?.class;
    if (samePolicy && isSame === true) continue;
    pairs.push({ base, chains: [one?.chain, other?.chain], samePolicy });
  }
  return pairs;
}

const policyOf = (base: BaseChain | undefined): BaseChain['policy'] => base?.policy ?? 'accept';

/** Base chains by hook and priority, and by number where several have the same. */
function basesByPlace({ baseChains }: Program): ReadonlyMap<string, BaseChain> {
  const places = new Map<string, BaseChain>();
  for (const base of baseChains) {
    const place = `${base.hook} ${base.priority} ${base.isNat}`;
    let number = 1;
    while (places.has(`${place} ${number}`)) number += 1;
    places.set(`${place} ${number}`, base);
  }
  return places;
}

/** The addresses and ports that packets have behind nat. */
function chosenByNat(examined: Compared['examined'], localAddresses: Intervals): Values {
  const all = examined.map(({ scan }) => scan.targets);
  const addresses = all.flatMap((targets) => [...targets.addresses].flatMap(only));
  const ports = all.flatMap((targets) => [...targets.ports].flatMap(only));
  const own = all.some(({ toHost }) => toHost) ? localAddresses : [];
  return {
    ...(!all.some(({ keepsAddress }) => keepsAddress) && { destination: unionOf([...addresses, ...own]) }),
    ...(!all.some(({ keepsPort }) => keepsPort) && { destinationPort: unionOf(ports) }),
  };
}

const actAlike = ({ chains, samePolicy }: Pair, values: Values, sides: Sides): boolean =>
  samePolicy && chainsActAlike(chains, values, sides, new Map());

/**
 * Returns true when the rules of two chains that may act on packets with these values are the same, one by
 * one. Rules that only differ in what they call are followed.
 */
function chainsActAlike(
  [one, other]: Pair['chains'],
  values: Values,
  sides: Sides,
  known: Map<string, boolean>,
): boolean {
  const key = `${one ?? ''} ${other ?? ''}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  // A chain that leads to itself is not followed a second time.
  known.set(key, false);
  const [first, second] = [actingRules(one, values, sides[0]), actingRules(other, values, sides[1])];
  const alike =
    first.length === second.length &&
    first.every((rule, at) => {
      const twin = second[at];
      if (twin === undefined || rule.class === twin.class) return twin !== undefined;
      const calls = callsOfTwins([rule.steps, twin.steps], [sides[0].scan.clients, sides[1].scan.clients]);
      if (calls === undefined || sides.some(({ program }, side) => !hasChain(program, calls[side])))
        return false;
      return chainsActAlike(calls, values, sides, known);
    });
  known.set(key, alike);
  return alike;
}

const hasChain = ({ chain }: Program, id: string | undefined): boolean =>
  id !== undefined && chain(id) !== undefined;

/** A rule and its class. */
interface ActingRule {
  readonly class: number;
  readonly steps: ProgramChain['rules'][number]['steps'];
}

function actingRules(
  id: string | undefined,
  values: Values,
  { program, classOf }: Side,
): readonly ActingRule[] {
  const chain = id === undefined ? undefined : program.chain(id);
  const classes = id === undefined ? undefined : classOf(id)?.rules;
  if (chain === undefined || classes === undefined) return [];
  const acting: ActingRule[] = [];
  for (const position of rulesAt(chain, values.destination, values.destinationPort)) {
    const [rule, number] = [chain.rules[position], classes[position]];
    if (rule === undefined || number === undefined || !mayAct(rule, values)) continue;
    acting.push({ class: number, steps: rule.steps });
  }
  return acting;
}
