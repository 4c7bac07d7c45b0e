import { type Comparison, type Note } from '../../comparison.ts';
import { type CompareOptions } from '../../mode.ts';
import { worstFirst } from '../../worst-first.ts';
import { type IpvsDump } from '../dump.ts';
import { type IpvsModel } from '../model.ts';
import { type Finding, finding } from './finding.ts';
import { foldEqual, foldMissing } from './fold.ts';
import { compareRules } from './rules.ts';
import { compareServers } from './servers.ts';
import { compareAddresses, compareSets } from './sets.ts';

/** Compares what a node should hold with what it holds, part by part. A part that nobody printed is not missed. */
export function compareIpvs(
  expected: IpvsModel,
  actual: IpvsDump,
  { parts, strict }: CompareOptions,
): Comparison<string> {
  const isWanted = (part: string): boolean => parts?.includes(part) ?? true;
  const rules = isWanted('iptables') && actual.rules ? compareRules(expected, actual.rules) : NONE;
  const sets = isWanted('ipset') && actual.sets ? compareSets(expected, actual.sets) : NONE;
  const servers = isWanted('ipvs') && actual.servers ? compareServers(expected, actual.servers) : NONE;
  const addresses =
    isWanted('addresses') && actual.addresses ? compareAddresses(expected, actual.addresses) : [];
  const leftovers = [...rules.leftovers, ...sets.leftovers];
  const stray = strict === true ? leftovers.map(strayOf) : [];
  const all = [...rules.findings, ...sets.findings, ...servers.findings, ...addresses, ...stray];
  return {
    differences: worstFirst(foldEqual(foldMissing(all, expected.owners))),
    notes: [
      ...unread(actual, isWanted),
      ...servers.notes,
      ...(strict === true ? [] : leftoverNotes(leftovers)),
    ],
    servicePorts: expected.servicePorts,
    leftovers: strict === true ? [] : leftovers,
  };
}

const NONE = { findings: [], leftovers: [], notes: [] } as const;

const strayOf = (name: string): Finding =>
  finding(
    'unexpected-chain',
    { service: undefined, table: 'iptables', chain: name },
    `${name} is of another release or mode`,
    [],
    [name],
  );

const leftoverNotes = (names: readonly string[]): readonly Note[] =>
  names.length === 0
    ? []
    : [{ kind: 'leftover', message: `left over from another release or mode: ${names.join(', ')}` }];

/** Says which parts were not compared. */
function unread(actual: IpvsDump, isWanted: (part: string) => boolean): readonly Note[] {
  const parts = [
    ['iptables', 'iptables-save', actual.rules],
    ['ipset', 'ipset save', actual.sets],
    ['ipvs', 'ipvsadm -S -n', actual.servers],
    ['addresses', 'ip -j addr show kube-ipvs0', actual.addresses],
  ] as const;
  const missing = parts.filter(([name, , part]) => part === undefined && isWanted(name));
  return missing.map(([, tool]) => ({
    kind: 'dump',
    message: `the output of ${tool} is not in the dump: that part was not compared`,
  }));
}
