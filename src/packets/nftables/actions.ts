/** Compiles statements that do something: verdicts, translations, marks and lists of clients. */
import { PLAIN_SPELLING } from '../../netfilter/nftables/nft-release.ts';
import {
  type Element,
  type Expression,
  type Statement,
  type Verdict,
} from '../../netfilter/nftables/model.ts';
import { printStatement } from '../../netfilter/nftables/statement-text.ts';
import { isVerdict } from '../../netfilter/nftables/verdict-text.ts';
import { NEVER } from '../compile-context.ts';
import { type Action, type Step } from '../program.ts';
import { sees, type TableContext } from './context.ts';
import { markOwner, setMark } from './marks.ts';
import { elementsOf } from './members.ts';
import { matchTests } from './matches.ts';
import { chooseByNumber, NOTHING } from './number-shares.ts';
import { subjectOf } from './subjects.ts';
import { type Dnat, translationOf, translationTo } from './translations.ts';
import { unreadSteps } from './unread.ts';

const unclear = (statement: Statement): Action => ({
  kind: 'unclear',
  what: printStatement(statement, PLAIN_SPELLING),
});

/** Returns the steps of one statement. Statements that look up keys become one rule for each key instead. (lookupOf) */
export function statementSteps(
  statement: Statement,
  isLast: boolean,
  context: TableContext,
): readonly Step[] {
  if (isVerdict(statement)) return verdictActions(statement, context);
  switch (statement.kind) {
    case 'match':
      return matchTests(statement, context);
    case 'vmap':
      return [verdictByNumber(statement.key, statement.data, context) ?? unclear(statement)];
    case 'mangle':
      return mangleSteps(statement);
    case 'dnat':
    case 'snat':
      return natSteps(statement, context);
    case 'masquerade':
      return [{ kind: 'translate-source' }];
    case 'reject':
      return [{ kind: 'reject' }];
    case 'set-update':
      return updateSteps(statement, context);
    case 'counter':
      return [];
    case 'unknown':
      return unreadSteps(statement, isLast);
  }
}

/** Returns what a verdict does; nothing for `continue`. */
export function verdictActions(verdict: Verdict, { tableId }: TableContext): readonly Action[] {
  if ('chain' in verdict) return [{ kind: verdict.kind, chain: `${tableId}/${verdict.chain}` }];
  return verdict.kind === 'continue' ? [] : [{ kind: verdict.kind }];
}

function verdictByNumber(key: Expression, data: Expression, context: TableContext): Action | undefined {
  if (key.kind !== 'numgen') return undefined;
  const elements = elementsOf(data, context);
  return (
    elements &&
    chooseByNumber(key, elements, ({ data: verdict }: Element) =>
      verdict === undefined || !isVerdict(verdict)
        ? undefined
        : (verdictActions(verdict, context)[0] ?? NOTHING),
    )
  );
}

/** Keys whose value has no effect on where a packet goes. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['nftrace', 'priority', 'dscp', 'ttl', 'hoplimit']);

function mangleSteps(statement: Extract<Statement, { readonly kind: 'mangle' }>): readonly Step[] {
  const { key, value } = statement;
  const of = markOwner(key);
  if (of !== undefined) return setMark(of, value) ?? [unclear(statement)];
  const name = key.kind === 'meta' ? key.key : key.kind === 'payload' ? key.field : '';
  return WITHOUT_EFFECT.has(name) ? [] : [unclear(statement)];
}

function natSteps(statement: Dnat, context: TableContext): readonly Step[] {
  const { kind, family, address, port } = statement;
  if (family !== undefined && !sees(family, context.family)) return [NEVER];
  if (kind === 'snat') return [{ kind: 'translate-source' }];
  if (address.kind !== 'map') return [translationTo(address, port) ?? unclear(statement)];
  const { key, data } = address;
  const elements = elementsOf(data, context);
  if (key.kind !== 'numgen' || elements === undefined) return [unclear(statement)];
  return [chooseByNumber(key, elements, (element) => translationOf(element, port)) ?? unclear(statement)];
}

function updateSteps(
  statement: Extract<Statement, { readonly kind: 'set-update' }>,
  context: TableContext,
): readonly Step[] {
  const subject = subjectOf(statement.key, context);
  const isSource = subject?.kind === 'field' && subject.field === 'source';
  // Other values in a set concern later packets only.
  if (statement.operation !== 'delete')
    return isSource ? [{ kind: 'remember', list: `${context.tableId}/${statement.set}` }] : [];
  return [unclear(statement)];
}
