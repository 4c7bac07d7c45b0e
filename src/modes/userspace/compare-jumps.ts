/** Compares chains and the jumps to them. Other software may have rules in built-in chains. */
import { type RuleSet, type TableName } from '../../netfilter/iptables/model.ts';
import { printRule } from '../../netfilter/iptables/print.ts';
import { type Difference } from '../comparison.ts';
import { isOwnChain } from './portals.ts';

/** Returns what of chains and jumps is missing, or in the wrong order. Tables that the dump lacks are not compared. */
export function compareJumps(expected: RuleSet, actual: RuleSet): readonly Difference<string>[] {
  const { family } = expected;
  return expected.tables.flatMap(({ name: table, chains }) => {
    const live = actual.tables.filter(({ name }) => name === table).flatMap((found) => found.chains);
    if (live.length === 0) return [];
    return chains.flatMap(({ name: chain, policy, rules }) => {
      const found = live.filter(({ name }) => name === chain).flatMap((each) => each.rules);
      if (policy === undefined)
        return live.some(({ name }) => name === chain) ? [] : [missingChain(table, chain)];
      const print = (rule: (typeof rules)[number]): string => printRule(chain, rule, family);
      return jumpFindings(table, chain, rules.map(print), found.map(print));
    });
  });
}

const missingChain = (table: TableName, chain: string): Difference<string> => ({
  kind: 'missing-chain',
  service: undefined,
  table,
  chain,
  message: `chain ${chain} is missing`,
  expected: [`-N ${chain}`],
  actual: [],
});

function jumpFindings(
  table: TableName,
  chain: string,
  expected: readonly string[],
  live: readonly string[],
): readonly Difference<string>[] {
  const place = { service: undefined, table, chain };
  const own = live.filter((line) => isOwnChain(goalOf(line)));
  const missing = expected.filter((line) => !own.includes(line));
  const findings = missing.map((line): Difference<string> => ({
    kind: 'missing-jump',
    ...place,
    message: `the jump from ${chain} to ${goalOf(line)} is missing`,
    expected: [line],
    actual: [],
  }));
  const kept = own.filter((line) => expected.includes(line));
  const wanted = expected.filter((line) => kept.includes(line));
  const isInOrder = wanted.every((line, at) => kept.indexOf(line) === kept.indexOf(wanted[0] ?? '') + at);
  if (isInOrder) return findings;
  const message = `node ports come before the addresses of Services in ${chain}`;
  return [...findings, { kind: 'wrong-order', ...place, message, expected: wanted, actual: kept }];
}

const goalOf = (line: string): string => / -j (\S+)/.exec(line)?.[1] ?? '';
