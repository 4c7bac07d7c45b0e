import { type Match, type Negatable, type Rule, type Target } from '../../../netfilter/iptables/model.ts';

/** What of a rule to leave out of account. */
export interface KeyOptions {
  /** The form of the dump does not tell interfaces (`iptables -L` without `-v`). */
  readonly withoutInterfaces?: boolean;
  /** Only where a rule leads matters, not how often. */
  readonly withoutProbability?: boolean;
}

/** A part of a rule that has an effect. */
type Field = readonly [name: string, value: string];

/** Keys of rules that are compared more than once, as those of a dump are with every version that may fit. */
const keys = new WeakMap<Rule, string>();

/**
 * Two rules have the same key when they do the same to every packet: comments, the order of matches and a bare
 * `-m tcp` do not count.
 */
export function ruleKey(rule: Rule, options: KeyOptions = {}): string {
  const isUsual = options.withoutInterfaces !== true && options.withoutProbability !== true;
  const known = isUsual ? keys.get(rule) : undefined;
  if (known !== undefined) return known;
  let key = '';
  for (const [name, value] of fieldsOf(rule, options)) key += `${name} ${value}\n`;
  if (isUsual) keys.set(rule, key);
  return key;
}

/** The parts of a rule that have an effect, by name, in a fixed order. */
export function ruleFields(rule: Rule, options: KeyOptions = {}): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of fieldsOf(rule, options)) {
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return fields;
}

function fieldsOf(rule: Rule, options: KeyOptions): readonly Field[] {
  const fields: Field[] = [];
  const add = (name: string, value: Negatable<unknown> | undefined): void => {
    if (value !== undefined) fields.push([name, negatable(value)]);
  };
  add('source', rule.source);
  add('destination', rule.destination);
  if (options.withoutInterfaces !== true) {
    add('in-interface', rule.inInterface);
    add('out-interface', rule.outInterface);
  }
  add('protocol', rule.protocol);
  add('fragment', rule.fragment);
  const matches: Field[] = [];
  for (const match of rule.matches) {
    const field = matchField(match, rule, options);
    if (field !== undefined) matches.push(field);
  }
  if (matches.length > 1) matches.sort(byText);
  return [...fields, ...matches, ['target', targetText(rule.target)]];
}

const negatable = ({ value, negated }: Negatable<unknown>): string =>
  negated === true ? `! ${String(value)}` : String(value);

const byText = (a: Field, b: Field): number => {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
};

function matchField(match: Match, rule: Rule, options: KeyOptions): Field | undefined {
  switch (match.kind) {
    case 'comment':
      return undefined;
    case 'port':
      return match.destination === undefined
        ? bareMatch(match.protocol, rule)
        : ['port', `${match.protocol} ${match.destination}`];
    case 'conntrack':
      return ['state', negatable({ ...match.state, value: match.state.value.toSorted().join(',') })];
    case 'mark':
      return ['mark', `${negatable(match.mark)}/${match.mask}`];
    case 'addrtype':
      return ['address type', addressTypes(match)];
    case 'statistic':
      return options.withoutProbability === true ? undefined : ['probability', String(match.threshold)];
    case 'recent':
      return ['recent', `${match.list} ${JSON.stringify(match.action)}`];
    case 'nfacct':
      return ['counter', match.counter];
    case 'other':
      return [match.module, match.words.join(' ')];
  }
}

/** `-m tcp` says nothing that `-p tcp` does not say. */
const bareMatch = (protocol: string, rule: Rule): Field | undefined =>
  rule.protocol?.value === protocol && rule.protocol.negated !== true ? undefined : ['port', protocol];

function addressTypes({ source, destination }: Extract<Match, { kind: 'addrtype' }>): string {
  const from = source === undefined ? '' : `from ${negatable(source)}`;
  const to = destination === undefined ? '' : `to ${negatable(destination)}`;
  return `${from} ${to}`.trim();
}

function targetText(target: Target | undefined): string {
  switch (target?.kind) {
    case undefined:
      return 'none';
    case 'jump':
      return target.chain;
    case 'goto':
      return `goto ${target.chain}`;
    case 'accept':
    case 'drop':
    case 'return':
      return target.kind.toUpperCase();
    case 'reject':
      return `REJECT ${target.with}`;
    case 'mark':
      return `MARK ${target.value}/${target.mask}`;
    case 'masquerade':
      return target.randomFully ? 'MASQUERADE randomly' : 'MASQUERADE';
    case 'dnat':
      return `DNAT ${target.destination}`;
    case 'other':
      return [target.name, ...target.words].join(' ');
  }
}
