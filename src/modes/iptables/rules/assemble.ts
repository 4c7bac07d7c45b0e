/** Puts the parts that sections make together to the tables of a kernel. */
import { type IpFamily } from '../../../text/ip.ts';
import {
  appendRules,
  type BuiltInChain,
  type RuleSink,
  StreamedRuleSet,
} from '../../../netfilter/iptables/streamed-rules.ts';
import { type Rule, type RuleSet, type TableName } from '../../../netfilter/iptables/model.ts';
import { type ChainPart } from './part.ts';

const withPolicy = (...names: readonly string[]): readonly BuiltInChain[] =>
  names.map((name) => ({ name, policy: 'ACCEPT' }));

/** Built-in chains of the tables that kube-proxy uses, in hook order; tables in the order in which save prints them. */
const BUILT_IN: ReadonlyMap<TableName, readonly BuiltInChain[]> = new Map([
  ['mangle', withPolicy('PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING')],
  ['filter', withPolicy('INPUT', 'FORWARD', 'OUTPUT')],
  ['nat', withPolicy('PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING')],
]);

/** Hands over parts: all that the node itself has, or all of one service port at once. */
export type MakeParts = (take: (parts: readonly ChainPart[]) => void) => void;

/**
 * Appends the rules of all parts, in their order, to their chains. The parts are made when the rules are asked for. A
 * table into which nothing is put is left out, because then the kernel does not have it.
 */
export const assemble = (family: IpFamily, makeParts: MakeParts): RuleSet =>
  new StreamedRuleSet(family, {
    builtIn: BUILT_IN,
    pour: (sink) => {
      makeParts((parts) => {
        pourParts(parts, sink);
      });
    },
  });

/** The chains of a service port are whole when all its parts are there. */
function pourParts(parts: readonly ChainPart[], sink: RuleSink): void {
  const ownChains = new Map<string, Rule[]>();
  for (const { table, chain, rules, shared } of parts) {
    if (shared === 'by-port') appendRules(ownChains, chain, rules);
    else if (shared !== 'never') sink(table).append(chain, rules);
  }
  for (const [chain, rules] of ownChains) sink('nat').whole(chain, rules);
  // Behind those that lead there: a comparison lists the rules of a Service in this order.
  for (const { table, chain, rules, shared } of parts) {
    if (shared === 'never') sink(table).whole(chain, rules);
  }
}
