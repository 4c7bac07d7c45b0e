/** Compares sets and their entries, and the addresses of kube-ipvs0. */
import { printEntry, printSetType } from '../../../netfilter/ipset/print.ts';
import { type SetDefinition } from '../../../netfilter/ipset/model.ts';
import { addressKey, entryKey, type IpvsModel } from '../model.ts';
import { type Finding, finding } from './finding.ts';

/** What is told of sets. */
export interface SetFindings {
  readonly findings: readonly Finding[];
  /** Names of sets that no release at hand makes. */
  readonly leftovers: readonly string[];
}

/** Compares the sets that a node should have with those that it has. */
export function compareSets(
  { sets: expected, owners }: Pick<IpvsModel, 'sets' | 'owners'>,
  actual: readonly SetDefinition[],
): SetFindings {
  const live = new Map(actual.map((set) => [set.name, set]));
  const wanted = new Set(expected.map(({ name }) => name));
  const findings: Finding[] = [];
  for (const set of expected) {
    for (const each of compareSet(set, live.get(set.name), owners)) findings.push(each);
  }
  return { findings, leftovers: actual.map(({ name }) => name).filter((name) => !wanted.has(name)) };
}

const headOf = (set: SetDefinition): string =>
  `${printSetType(set.type)}${set.family === undefined ? '' : ` family ${set.family === 'IPv4' ? 'inet' : 'inet6'}`}`;

function compareSet(
  expected: SetDefinition,
  actual: SetDefinition | undefined,
  owners: IpvsModel['owners'],
): readonly Finding[] {
  const { name } = expected;
  const place = { service: undefined, table: 'ipset', chain: name };
  const create = (set: SetDefinition): string => `create ${name} ${headOf(set)}`;
  if (actual === undefined)
    return [finding('missing-chain', place, `set ${name} is missing`, [create(expected)])];
  if (headOf(actual) !== headOf(expected)) {
    const message = `set ${name} is of type ${headOf(actual)}, not ${headOf(expected)}`;
    return [finding('changed-rule', place, message, [create(expected)], [create(actual)])];
  }
  const live = entriesOf(actual);
  const wanted = entriesOf(expected);
  return [
    ...[...wanted]
      .filter((entry) => !live.has(entry))
      .map((entry) => {
        const key = entryKey(name, entry);
        const message = `entry ${entry} is missing in set ${name}`;
        return finding('missing-rule', { ...place, service: owners.get(key) }, message, [key]);
      }),
    ...[...live]
      .filter((entry) => !wanted.has(entry))
      .map((entry) => {
        const message = `entry ${entry} in set ${name} is not expected`;
        return finding('unexpected-rule', place, message, [], [entryKey(name, entry)]);
      }),
  ];
}

const entriesOf = ({ entries }: SetDefinition): ReadonlySet<string> => new Set(entries.map(printEntry));

/** Compares the addresses that should be bound to kube-ipvs0 with those that are. */
export function compareAddresses(
  { addresses: expected, owners }: Pick<IpvsModel, 'addresses' | 'owners'>,
  actual: readonly string[],
): readonly Finding[] {
  const place = { service: undefined, table: 'addresses', chain: 'kube-ipvs0' };
  const live = new Set(actual);
  const wanted = new Set(expected);
  return [
    ...expected
      .filter((ip) => !live.has(ip))
      .map((ip) => {
        const owned = { ...place, service: owners.get(addressKey(ip)) };
        return finding('missing-rule', owned, `address ${ip} is not bound to kube-ipvs0`, [ip]);
      }),
    ...actual
      .filter((ip) => !wanted.has(ip))
      .map((ip) =>
        finding('unexpected-rule', place, `address ${ip} of kube-ipvs0 is of no Service`, [], [ip]),
      ),
  ];
}
