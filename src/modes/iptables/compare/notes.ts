import { type Rule, type TableName } from '../../../netfilter/iptables/model.ts';
import { printRule } from '../../../netfilter/iptables/print.ts';
import { isOwnJump } from './built-in-chain.ts';
import { roleOf } from '../rules/chain-roles.ts';
import { chainsOf, type CompareContext } from './context.ts';
import { type Note } from './difference.ts';
import { listed } from '../../../text/listed.ts';

/** Finds facts that are not differences but may explain one. `leftovers` are chains that no rule leads to. */
export function findNotes(leftovers: readonly string[], context: CompareContext): readonly Note[] {
  const doubled = context.actual.doubled.map((table): Note => ({
    kind: 'dump',
    message: `table ${table} is in the dump more than once; the one with more of kube-proxy's chains counts`,
  }));
  return [...doubled, ...leftoverNote(leftovers), ...shadowNotes(context)];
}

function leftoverNote(leftovers: readonly string[]): readonly Note[] {
  if (leftovers.length === 0) return [];
  const [what, verb] = leftovers.length === 1 ? ['chain', 'is'] : ['chains', 'are'];
  const message = `${leftovers.length} ${what} that nothing leads to ${verb} left over: ${listed(leftovers)}`;
  return [{ kind: 'leftover', message }];
}

/** Other software's rules that decide about packets ahead of kube-proxy. */
function shadowNotes(context: CompareContext): readonly Note[] {
  return (['nat', 'filter'] as const).flatMap((table) =>
    [...chainsOf(context.actual, table)].flatMap(([chain, rules]) =>
      roleOf(table, chain) === 'built-in' ? shadowsIn(table, chain, rules, context) : [],
    ),
  );
}

function shadowsIn(
  table: TableName,
  chain: string,
  rules: readonly Rule[],
  { family }: CompareContext,
): readonly Note[] {
  const first = rules.findIndex((rule) => isOwnJump({ table }, rule));
  const ahead = rules.slice(0, Math.max(first, 0)).filter((rule) => decides(rule) && mayTakeServices(rule));
  if (ahead.length === 0) return [];
  const [what, verb] = ahead.length === 1 ? ['rule', 'stands'] : ['rules', 'stand'];
  const message =
    `${ahead.length} ${what} of other software in ${chain} of table ${table} ${verb} ahead of kube-proxy's ` +
    `and may take traffic of Services: ${listed(
      ahead.map((rule) => printRule(chain, rule, family)),
      3,
    )}`;
  return [{ kind: 'shadow', message }];
}

const DECIDING: ReadonlySet<string> = new Set([
  'REDIRECT',
  'SNAT',
  'NETMAP',
  'TPROXY',
  'BALANCE',
  'CLUSTERIP',
]);

function decides({ target }: Rule): boolean {
  switch (target?.kind) {
    case 'accept':
    case 'drop':
    case 'reject':
    case 'dnat':
      return true;
    case 'other':
      return DECIDING.has(target.name);
    case undefined:
    case 'jump':
    case 'goto':
    case 'return':
    case 'mark':
    case 'masquerade':
      return false;
  }
}

/**
 * Returns true when a rule may take packets of a Service. Rules for loopback or for open connections take
 * none.
 */
function mayTakeServices(rule: Rule): boolean {
  if (rule.inInterface?.value === 'lo' && rule.inInterface.negated !== true) return false;
  return !rule.matches.some(
    (match) =>
      match.kind === 'conntrack' && match.state.negated !== true && !match.state.value.includes('NEW'),
  );
}
