/** Compares what a node of mode userspace should hold with what it holds, in the words of Services. */
import { type Dump } from '../../netfilter/iptables/dump.ts';
import { type RuleSet } from '../../netfilter/iptables/model.ts';
import { printRule } from '../../netfilter/iptables/print.ts';
import { type IpFamily } from '../../text/ip.ts';
import { groupBy } from '../../text/groups.ts';
import { type Comparison, type Difference, type Note } from '../comparison.ts';
import { type CompareOptions } from '../mode.ts';
import { worstFirst } from '../worst-first.ts';
import { compareJumps } from './compare-jumps.ts';
import { type Portal, portalsOf, proxyPorts, withProxyPort } from './portals.ts';
import { goalWords, wayWords } from './words.ts';

/** A difference that names lines as iptables-save prints them. */
export type Finding = Difference<string>;

/** Compares by service port. The random ports of the proxy are those of the node. */
export function comparePortals(
  expected: RuleSet,
  actual: Dump,
  { parts }: CompareOptions,
): Comparison<string> {
  const { family } = expected;
  const isWanted = ({ name }: { readonly name: string }): boolean => parts?.includes(name) ?? true;
  const wanted = { ...expected, tables: expected.tables.filter(isWanted) };
  const told = { ...actual, tables: actual.tables.filter(isWanted) };
  const untold = wanted.tables.filter(({ name }) => told.tables.every((table) => table.name !== name));
  const live = portalsOf(told);
  const portals = adopted(portalsOf(wanted), live, family).filter(({ table }) =>
    told.tables.some(({ name }) => name === table),
  );
  const byLabel = groupBy([...portals, ...live], ({ label }) => label);
  const expectedOf = groupBy(portals, ({ label }) => label);
  const liveOf = groupBy(live, ({ label }) => label);
  const findings = [...byLabel.keys()].flatMap((label) =>
    comparePort(label, expectedOf.get(label) ?? [], liveOf.get(label) ?? []),
  );
  const isTold = canMiss(actual);
  const all = [...compareJumps(wanted, told), ...findings, ...sharedPorts(live, liveOf)].filter(isTold);
  return {
    differences: worstFirst(all),
    notes: untold.map(({ name }) => noteOfTable(name)),
    servicePorts: [...new Set(portalsOf(expected).flatMap(({ label }) => label ?? []))],
    leftovers: [],
  };
}

const noteOfTable = (name: string): Note => ({
  kind: 'dump',
  message: `table ${name} is not in the dump: it was not compared`,
});

/** Returns false for what is missing where the dump may not show all rules. */
function canMiss({ tables }: Dump): (finding: Finding) => boolean {
  const partial = new Set(
    tables.flatMap(({ name, chains, complete }) => [
      ...(complete ? [] : [name]),
      ...chains.flatMap((chain) => (chain.partial === true ? [`${name} ${chain.name}`] : [])),
    ]),
  );
  return ({ kind, table, chain }) =>
    !kind.startsWith('missing-') || !(partial.has(table) || partial.has(`${table} ${chain}`));
}

/** The expected rules with the ports that the proxy drew on the node. */
export function adopted(
  expected: readonly Portal[],
  live: readonly Portal[],
  family: IpFamily,
): readonly Portal[] {
  const ports = proxyPorts(live);
  return expected.map((portal) => {
    const port = ports.get(portal.label ?? '');
    if (port === undefined || port === portal.proxyPort) return portal;
    const rule = withProxyPort(portal.chain, portal.rule, port);
    return { ...portal, rule, proxyPort: port, line: printRule(portal.chain, rule, family) };
  });
}

/** Compares the rules of one service port, or those that name none. */
function comparePort(
  service: string | undefined,
  expected: readonly Portal[],
  live: readonly Portal[],
): readonly Finding[] {
  const [first] = [...expected, ...live];
  if (first === undefined) return [];
  const place = { service, table: first.table, chain: first.chain };
  const lines = (portals: readonly Portal[]): readonly string[] => portals.map(({ line }) => line);
  if (live.length === 0) {
    const message = 'the Service is missing on the node';
    return [{ kind: 'missing-service', ...place, message, expected: lines(expected), actual: [] }];
  }
  if (expected.length === 0 && service !== undefined) {
    const message = 'the rules of a Service that is gone are still there';
    return [{ kind: 'stale-service', ...place, message, expected: [], actual: lines(live) }];
  }
  return compareRules(service, expected, live);
}

function compareRules(
  service: string | undefined,
  expected: readonly Portal[],
  live: readonly Portal[],
): readonly Finding[] {
  const missing = without(expected, live);
  const unexpected = without(live, expected);
  const known = new Set(expected.map(({ line }) => line));
  const changedTo = new Map(unexpected.map((portal) => [packetsOf(portal), portal]));
  const findings = missing.map((portal): Finding => {
    const place = { service, table: portal.table, chain: portal.chain };
    const found = changedTo.get(packetsOf(portal));
    if (found === undefined) {
      const message = `packets ${wayWords(portal)} do not reach the proxy`;
      return { kind: 'missing-rule', ...place, message, expected: [portal.line], actual: [] };
    }
    changedTo.delete(packetsOf(portal));
    const message = `packets ${wayWords(portal)} go to ${goalWords(found)}, not ${goalWords(portal)}`;
    return { kind: 'changed-rule', ...place, message, expected: [portal.line], actual: [found.line] };
  });
  const paired = new Set(findings.flatMap(({ actual }) => actual));
  const extra = unexpected.filter(({ line }) => !paired.has(line));
  return [
    ...findings,
    ...extra.map((portal): Finding => {
      const { table, chain, line } = portal;
      const message = known.has(line)
        ? `the rule for packets ${wayWords(portal)} stands more than once`
        : `a rule takes packets ${wayWords(portal)}, which is not expected`;
      return { kind: 'unexpected-rule', service, table, chain, message, expected: [], actual: [line] };
    }),
  ];
}

/** The packets that a rule takes: its line without what becomes of them. In table filter, one for each service port. */
const packetsOf = ({ chain, line, table }: Portal): string =>
  table === 'filter' ? chain : line.replace(/ -j .*$/, '');

/** Those of a list that another list lacks; a rule that stands twice has to be there twice. */
function without(portals: readonly Portal[], others: readonly Portal[]): readonly Portal[] {
  const left = new Map<string, number>();
  for (const { line } of others) left.set(line, (left.get(line) ?? 0) + 1);
  return portals.filter(({ line }) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** A port of the proxy serves one service port. */
function sharedPorts(
  live: readonly Portal[],
  liveOf: ReadonlyMap<string | undefined, readonly Portal[]>,
): readonly Finding[] {
  const users = groupBy(proxyPorts(live), ([label, port]) => `${label.replace(/^.*\//, '')} ${port}`);
  return [...users.values()].flatMap((group) => {
    const [[owner, port] = ['', 0], ...others] = group;
    return others.map(([service]): Finding => {
      const own = liveOf.get(service) ?? [];
      const [{ table, chain } = { table: 'nat', chain: '' }] = own;
      const message = `port ${port} of the proxy is also that of ${owner}`;
      const actual = own.map(({ line }) => line);
      return { kind: 'changed-rule', service, table, chain, message, expected: [], actual };
    });
  });
}
