/** Puts the parts that sections make together to the tables of a kernel. */
import { type IpFamily } from '../../../text/ip.ts';
import { type MakeParts, StreamedRuleSet } from '../../../netfilter/iptables/streamed-rules.ts';
import { type RuleSet, type TableName } from '../../../netfilter/iptables/model.ts';

const withPolicy = (...names: readonly string[]): readonly { name: string; policy: string }[] =>
  names.map((name) => ({ name, policy: 'ACCEPT' }));

/** Built-in chains of the tables that kube-proxy uses, in hook order; tables in the order in which save prints them. */
const BUILT_IN: ReadonlyMap<TableName, ReturnType<typeof withPolicy>> = new Map([
  ['mangle', withPolicy('PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING')],
  ['filter', withPolicy('INPUT', 'FORWARD', 'OUTPUT')],
  ['nat', withPolicy('PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING')],
]);

/**
 * Appends the rules of all parts, in their order, to their chains. The parts are made when the rules are asked for. A
 * table into which nothing is put is left out, because then the kernel does not have it.
 */
export const assemble = (family: IpFamily, makeParts: MakeParts): RuleSet =>
  new StreamedRuleSet(family, BUILT_IN, makeParts);
