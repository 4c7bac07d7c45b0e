/** Joins what belongs together: a service port of which nothing is there is one difference. */
import { addToGroup } from '../../../text/groups.ts';
import { type Owners } from '../model.ts';
import { type Finding, finding } from './finding.ts';

/** Joins differences that say the same: a real server may be missing in several virtual servers of its Service. */
export function foldEqual(findings: readonly Finding[]): readonly Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const each of findings)
    addToGroup(groups, [each.service ?? '', each.kind, each.table, each.message].join('\n'), each);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        ...first,
        expected: group.flatMap(({ expected }) => expected),
        actual: group.flatMap(({ actual }) => actual),
      },
    ];
  });
}

/**
 * Returns one difference for each service port of which every part is missing, and the other differences as they are.
 */
export function foldMissing(findings: readonly Finding[], owners: Owners): readonly Finding[] {
  const parts = new Map<string, number>();
  for (const owner of owners.values()) parts.set(owner, (parts.get(owner) ?? 0) + 1);
  const groups = new Map<string, Finding[]>();
  for (const each of findings) {
    if (each.service !== undefined) addToGroup(groups, each.service, each);
  }
  const whole = new Map(
    [...groups].filter(
      ([service, group]) =>
        group.every(({ kind }) => kind === 'missing-service' || kind === 'missing-rule') &&
        group.some(({ kind }) => kind === 'missing-service') &&
        group.filter(({ table }) => table !== 'filter').length === parts.get(service),
    ),
  );
  return [
    ...findings.filter(({ service }) => service === undefined || !whole.has(service)),
    ...[...whole].map(([service, group]) => {
      const place = { service, table: 'ipvs', chain: group[0]?.chain ?? '' };
      const lines = group.flatMap(({ expected }) => expected);
      return finding('missing-service', place, 'the Service is missing on the node', lines);
    }),
  ];
}
