/** Compares the rules of kube-proxy's chains. There are few, whatever the Services are. */
import { type Chain, type RuleSet, type TableName } from '../../../netfilter/iptables/model.ts';
import { isBuiltIn, printRule } from '../../../netfilter/iptables/print.ts';
import { type DifferenceKind } from '../../comparison.ts';
import { type IpvsModel } from '../model.ts';
import { type Finding, finding } from './finding.ts';

/** What is told of rules. */
export interface RuleFindings {
  readonly findings: readonly Finding[];
  /** kube-proxy's chains that the release does not have. */
  readonly leftovers: readonly string[];
}

/** Chains of kubelet: what stands there is not kube-proxy's. */
const KUBELETS: ReadonlySet<string> = new Set([
  'nat KUBE-MARK-DROP',
  'filter KUBE-FIREWALL',
  'mangle KUBE-KUBELET-CANARY',
  'nat KUBE-KUBELET-CANARY',
  'filter KUBE-KUBELET-CANARY',
  'mangle KUBE-IPTABLES-HINT',
]);

/** Returns true for a chain of kubelet. */
export const isKubelets = (table: string, chain: string): boolean => KUBELETS.has(`${table} ${chain}`);

/** Rules that come in random order, since each is of one Service: such a chain has no others. */
const OF_ONE_SERVICE = /-m ipvs |-d \S+ .* cluster IP"/;

/** Compares the rules that a node should have with those that it has. */
export function compareRules(
  { rules: expected, owners }: Pick<IpvsModel, 'rules' | 'owners'>,
  actual: RuleSet,
): RuleFindings {
  const findings: Finding[] = [];
  const leftovers: string[] = [];
  for (const table of expected.tables) {
    const live = chainsOf(actual, table.name);
    const wanted = new Set(table.chains.map(({ name }) => name));
    for (const chain of table.chains) {
      if (KUBELETS.has(`${table.name} ${chain.name}`)) continue;
      const found = live.get(chain.name);
      const compared = isBuiltIn(chain)
        ? compareJumps(table.name, chain, found ?? [], expected.family)
        : compareChain(table.name, chain, found, expected.family, owners);
      for (const each of compared) findings.push(each);
    }
    for (const name of live.keys()) {
      const isOwn = name.startsWith('KUBE-') && !wanted.has(name) && !KUBELETS.has(`${table.name} ${name}`);
      if (isOwn) leftovers.push(name);
    }
  }
  return { findings, leftovers };
}

/** The chains of a table by name; those of a table that occurs twice are joined. */
function chainsOf({ tables, family }: RuleSet, name: TableName): ReadonlyMap<string, readonly string[]> {
  const chains = new Map<string, readonly string[]>();
  for (const table of tables) {
    if (table.name !== name) continue;
    for (const chain of table.chains)
      chains.set(chain.name, [...(chains.get(chain.name) ?? []), ...linesOf(chain, family)]);
  }
  return chains;
}

const linesOf = ({ name, rules }: Chain, family: RuleSet['family']): readonly string[] =>
  rules.map((rule) => printRule(name, rule, family));

/** Other software may have rules in built-in chains: only kube-proxy's own jumps are asked for. */
function compareJumps(
  table: TableName,
  chain: Chain,
  live: readonly string[],
  family: RuleSet['family'],
): readonly Finding[] {
  const place = { service: undefined, table, chain: chain.name };
  const known = new Set(live);
  return chain.rules
    .filter(({ target }) => target?.kind === 'jump' && !KUBELETS.has(`${table} ${target.chain}`))
    .map((rule) => ({ line: printRule(chain.name, rule, family), target: rule.target }))
    .filter(({ line }) => !known.has(line))
    .map(({ line, target }) => {
      const to = target?.kind === 'jump' ? target.chain : '';
      return finding('missing-jump', place, `the jump from ${chain.name} to ${to} is missing`, [line]);
    });
}

function compareChain(
  table: TableName,
  chain: Chain,
  live: readonly string[] | undefined,
  family: RuleSet['family'],
  owners: IpvsModel['owners'],
): readonly Finding[] {
  const wanted = linesOf(chain, family);
  const place = { service: undefined, table, chain: chain.name };
  if (live === undefined) return [finding('missing-chain', place, `chain ${chain.name} is missing`, wanted)];
  const missing = without(wanted, live);
  const unexpected = without(live, wanted);
  const placed = (line: string): typeof place =>
    ({ ...place, service: ownerOf(line, owners) }) as typeof place;
  const told = (kind: DifferenceKind, what: string, line: string): Finding =>
    kind === 'missing-rule'
      ? finding(kind, placed(line), `${what}: ${lineWords(line)}`, [line])
      : finding(kind, placed(line), `${what}: ${lineWords(line)}`, [], [line]);
  const findings = [
    ...missing.map((line) => told('missing-rule', `a rule is missing in ${chain.name}`, line)),
    ...unexpected.map((line) => told('unexpected-rule', `a rule in ${chain.name} is not expected`, line)),
  ];
  if (wanted.every((line) => OF_ONE_SERVICE.test(line))) return findings;
  const [kept, left] = [without(wanted, missing), without(live, unexpected)];
  if (kept.join('\n') === left.join('\n')) return findings;
  const message = `the rules of ${chain.name} stand in another order`;
  return [...findings, finding('wrong-order', place, message, wanted, live)];
}

/** The lines of a list that another list lacks; a line that stands twice has to be there twice. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** A rule without the chain, which the message names already. */
const lineWords = (line: string): string => line.replace(/^-A \S+ /, '');

const OF_SERVER = /-m ipvs --vproto (?<protocol>\d+) --vaddr (?<ip>\S+) --vport (?<port>\d+)/;
const OF_CLUSTER_IP = / -d (?<ip>[^\s/]+)\/32 -p (?<protocol>\w+) .* --dport (?<port>\d+) /;
const OPTIONS: Readonly<Record<string, string>> = {
  6: '-t',
  17: '-u',
  132: '--sctp-service',
  tcp: '-t',
  udp: '-u',
  sctp: '--sctp-service',
};

/** The service port that a rule about a virtual server is of. */
function ownerOf(line: string, owners: IpvsModel['owners']): string | undefined {
  const {
    protocol = '',
    ip = '',
    port = '',
  } = (OF_SERVER.exec(line) ?? OF_CLUSTER_IP.exec(line))?.groups ?? {};
  const socket = ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
  return owners.get(`${OPTIONS[protocol] ?? ''} ${socket}`);
}
