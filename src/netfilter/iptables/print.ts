import { type IpFamily } from '../../text/ip.ts';
import { printMatch } from './match-codecs.ts';
import { type Chain, type Negatable, type Rule, type RuleSet, type TableName } from './model.ts';
import { type BuiltInChain, type RuleSource, sourcesOf, type TableSink } from './streamed-rules.ts';
import { inPieces, joinPieces } from '../../text/pieces.ts';
import { printTarget } from './target-codecs.ts';

/** Fixed, because the kernel's own order of tables depends on which was made first. */
const TABLE_ORDER: readonly TableName[] = ['mangle', 'raw', 'filter', 'nat', 'security'];

/**
 * What `iptables-save` prints with these rules loaded, byte for byte, without the `#` lines and with all counters
 * zero. Tables come in a fixed order; user chains are sorted by name, rules stand in the order of their chains.
 */
export const printSave = (ruleSet: RuleSet): string => joinPieces(savePieces(ruleSet));

/** The same in pieces, so that nobody needs to hold the text as a whole. */
export const savePieces = (ruleSet: RuleSet): Iterable<string> => inPieces(saveTexts(ruleSet));

function* saveTexts(ruleSet: RuleSet): Generator<string> {
  const tables = sourcesOf(ruleSet).flatMap((source) => tableTexts(source, ruleSet.family));
  for (const table of inTableOrder(tables)) {
    yield `*${table.name}\n`;
    yield* chainTexts(table);
    yield 'COMMIT\n';
  }
}

function tableTexts({ builtIn, pour }: RuleSource, family: IpFamily): readonly TableText[] {
  const tables = new Map<TableName, TableText>();
  pour((name) => {
    let table = tables.get(name);
    if (table === undefined) tables.set(name, (table = tableText(name, builtIn.get(name) ?? [], family)));
    return table;
  });
  return [...tables.values()];
}

/** The rules of one table as text. */
interface TableText extends TableSink {
  readonly name: TableName;
  readonly builtIn: readonly BuiltInChain[];
  /** The rules of each chain to which rules were appended, in several texts. */
  readonly appended: Map<string, string[]>;
  /** The name of each other chain, the end of the line, and its rules: sorted, these texts are sorted by name. */
  readonly named: string[];
}

function tableText(name: TableName, builtIn: readonly BuiltInChain[], family: IpFamily): TableText {
  const appended = new Map<string, string[]>();
  const named: string[] = [];
  return {
    name,
    builtIn,
    appended,
    named,
    append: (chain, rules) => {
      const text = printRules('', chain, rules, family);
      const before = appended.get(chain);
      if (before === undefined) appended.set(chain, [text]);
      else before.push(text);
    },
    whole: (chain, rules) => {
      named.push(printRules(`${chain}\n`, chain, rules, family));
    },
  };
}

/** Returns one flat text: strings that are still to be put together take several times the memory. */
function printRules(head: string, chain: string, rules: readonly Rule[], family: IpFamily): string {
  const opening = `-A ${chain}`;
  const texts = [head];
  for (const rule of rules) texts.push(opening, ruleBody(rule, family), '\n');
  return texts.join('');
}

/** Built-in chains come first; the others are sorted in the order of bytes: their names are ASCII. */
function* chainTexts({ builtIn, appended, named }: TableText): Generator<string> {
  for (const { name, policy } of builtIn) yield `:${name} ${policy} [0:0]\n`;
  const inHookOrder = builtIn.map(({ name }) => {
    const texts = appended.get(name) ?? [];
    appended.delete(name);
    return texts;
  });
  for (const [chain, texts] of appended) named.push([`${chain}\n`, ...texts].join(''));
  named.sort();
  for (const text of named) yield `:${text.slice(0, text.indexOf('\n'))} - [0:0]\n`;
  for (const texts of inHookOrder) yield* texts;
  for (const text of named) yield text.slice(text.indexOf('\n') + 1);
}

/** One rule as iptables-save prints it: `-A CHAIN` and what the rule says, in iptables' own order. */
export const printRule = (chain: string, rule: Rule, family: IpFamily): string =>
  `-A ${chain}${ruleBody(rule, family)}`;

/** The order is that of save_rule_details: addresses, interfaces, protocol, matches as loaded, target. */
function ruleBody(rule: Rule, family: IpFamily): string {
  let body = '';
  if (rule.source !== undefined) body += header('-s', rule.source);
  if (rule.destination !== undefined) body += header('-d', rule.destination);
  if (rule.inInterface !== undefined) body += header('-i', rule.inInterface);
  if (rule.outInterface !== undefined) body += header('-o', rule.outInterface);
  if (rule.protocol !== undefined) body += header('-p', rule.protocol);
  if (rule.fragment !== undefined) body += rule.fragment.negated === true ? ' ! -f' : ' -f';
  for (const match of rule.matches) body += ` ${printMatch(match, family)}`;
  if (rule.target !== undefined) body += ` ${printTarget(rule.target)}`;
  return body;
}

const header = (option: string, value: Negatable<string>): string =>
  value.negated === true ? ` ! ${option} ${value.value}` : ` ${option} ${value.value}`;

/** Tables in the order in which they are printed. */
export function inTableOrder<T extends { readonly name: TableName }>(tables: readonly T[]): readonly T[] {
  return [...tables].sort((a, b) => TABLE_ORDER.indexOf(a.name) - TABLE_ORDER.indexOf(b.name));
}

/**
 * Built-in chains as given (hook order), then user chains by name, in the order of bytes as iptables sorts: names that
 * iptables accepts from kube-proxy are ASCII. Names are sorted alone, which is faster than to compare chains.
 */
export function inPrintOrder(chains: readonly Chain[]): readonly Chain[] {
  const userChains = new Map<string, Chain>();
  for (const chain of chains) if (!isBuiltIn(chain)) userChains.set(chain.name, chain);
  const inOrder = chains.filter(isBuiltIn);
  for (const name of [...userChains.keys()].sort()) {
    const chain = userChains.get(name);
    if (chain !== undefined) inOrder.push(chain);
  }
  return inOrder;
}

/** Whether the kernel made the chain. */
export const isBuiltIn = (chain: Pick<Chain, 'policy'>): boolean => chain.policy !== undefined;
