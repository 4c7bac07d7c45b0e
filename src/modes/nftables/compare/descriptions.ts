/** What rules, elements and endpoints are, in the words of those who run Services. */
import { type Element, type Hook, type Rule } from '../../../netfilter/nftables/model.ts';
import { listed } from '../../../text/listed.ts';
import { type CompareContext, endpointText } from './context.ts';
import { partsOf } from './owners.ts';
import { chainOf, keyOf, ruleKey, statementTexts } from './same.ts';
import { elementsOf } from './side.ts';

/** The most characters of a rule that a message shows. */
const MOST_TEXT = 100;

/** What a rule is about: its comment, the endpoint that clients come back to, or its text. */
export function ruleSubject(rule: Rule, context: CompareContext): string {
  if (rule.comment !== undefined) return `the rule "${rule.comment}"`;
  const endpoint = endpointOfRule(rule, context);
  if (endpoint !== undefined) return `the rule of session affinity to endpoint ${endpoint}`;
  const text = ruleKey(rule);
  return `the rule "${text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}...` : text}"`;
}

/** `ip:port` of the endpoint to which a rule leads back; undefined for other rules. */
export function endpointOfRule({ statements }: Rule, context: CompareContext): string | undefined {
  const chain = chainOf(statements.at(-1));
  return chain !== undefined && context.owners.nameOf(chain)?.role === 'endpoint'
    ? endpointAddress(chain, context)
    : undefined;
}

/** `ip:port` to which the chain of an endpoint sends packets, as expected if that is known; else its name. */
export function endpointAddress(chain: string, context: CompareContext): string {
  for (const { chains } of [context.expected, context.actual]) {
    for (const { statements } of chains.get(chain)?.rules ?? []) {
      const dnat = statements.at(-1);
      if (dnat?.kind === 'dnat' && dnat.address.kind === 'word' && dnat.port?.kind === 'number') {
        return endpointText({ ip: dnat.address.text, port: dnat.port.value });
      }
    }
  }
  const { endpoint } = context.owners.nameOf(chain) ?? {};
  return endpoint === undefined ? chain : endpointText(endpoint);
}

/** Statements of one text list that the other lacks, each as often as it stands there more often. */
function lacking(list: readonly string[], other: readonly string[]): readonly string[] {
  const rest = [...other];
  return list.filter((text) => {
    const at = rest.indexOf(text);
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
}

/** What two rules do not have in common. */
export interface RuleChange {
  /** The number of statements in which they differ. */
  readonly count: number;
  /** `it has "drop" instead of "reject"`. */
  readonly words: string;
  /** The same without a subject, equal for rules that were changed alike; a changed mark counts as such. */
  readonly summary: string;
}

/** Compares the statements of two rules. */
export function changeOf(expected: Rule, actual: Rule): RuleChange {
  const [before, after] = [statementTexts(expected), statementTexts(actual)];
  const [gone, come] = [lacking(before, after), lacking(after, before)];
  const quoted = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(' and ');
  const count = Math.max(gone.length, come.length);
  const change = (words: string, summary: string): RuleChange => ({ count, words, summary });
  if (count === 0) return change('its statements stand in another order', 'another order of statements');
  if (come.length === 0) return change(`it lacks ${quoted(gone)}`, `without ${quoted(gone)}`);
  if (gone.length === 0) return change(`it also has ${quoted(come)}`, `with ${quoted(come)}`);
  const replaced = `${quoted(come)} instead of ${quoted(gone)}`;
  return change(`it has ${replaced}`, changedMark(gone.join(' '), come.join(' ')) ?? replaced);
}

const MARK = /0x(?!0{8})[0-9a-f]{8}/g;

/** `mark 0x00008000 instead of 0x00004000` when texts differ in nothing but one mark. */
function changedMark(gone: string, come: string): string | undefined {
  const [before, after] = [new Set(gone.match(MARK)), new Set(come.match(MARK))];
  const isOne = before.size === 1 && after.size === 1;
  if (!isOne || gone.replace(MARK, '') !== come.replace(MARK, '')) return undefined;
  return `mark ${[...after].join('')} instead of ${[...before].join('')}`;
}

/** Where the kernel calls a chain. */
export const hookWords = ({ type, hook, priority, policy = 'accept' }: Hook): string =>
  `type ${type} hook ${hook} priority ${priority} policy ${policy}`;

/** What an element is about: `cluster IP 10.96.0.1:80`, `node port 30080`, `endpoint 10.244.1.2:80`. */
export function elementSubject(set: string, element: Element, context: CompareContext): string {
  const parts = partsOf(element.key);
  const [first = '', second = '', third = '', fourth = ''] = parts;
  switch (set) {
    case 'service-ips':
    case 'no-endpoint-services':
    case 'firewall-ips':
    case 'firewall':
      return `${addressKind(first, context)} ${endpointText({ ip: first, port: third })}`;
    case 'firewall-allow':
      return `source ${fourth} of address ${endpointText({ ip: first, port: third })}`;
    case 'service-nodeports':
    case 'no-endpoint-nodeports':
      return `node port ${second}`;
    case 'cluster-ips':
      return `cluster IP ${first}`;
    case 'nodeport-ips':
      return `node address ${first}`;
    case 'hairpin-connections':
      return `endpoint ${endpointText({ ip: second, port: fourth })}`;
    default:
      return `element ${keyOf(element)}`;
  }
}

/** Cluster IPs are those to which pods' traffic goes without the detour of traffic from outside. */
function addressKind(ip: string, { expected, actual }: CompareContext): string {
  const isOne = [expected, actual].some((side) => clusterIPsOf(side).has(ip));
  return isOne ? 'cluster IP' : 'address';
}

const known = new WeakMap<object, ReadonlySet<string>>();

/** The cluster IPs of one side; 1.29 has no set of them, so that what leads inside counts. */
function clusterIPsOf(side: CompareContext['expected']): ReadonlySet<string> {
  const found =
    known.get(side) ??
    new Set([
      ...elementsOf(side, 'cluster-ips').flatMap(({ key }) => partsOf(key)),
      ...elementsOf(side, 'service-ips').flatMap(({ key, data }) =>
        /^(service|local)-/.test(chainOf(data) ?? '') ? partsOf(key).slice(0, 1) : [],
      ),
    ]);
  known.set(side, found);
  return found;
}

/** Rules as a list for a message. */
export const listRules = (rules: readonly Rule[], context: CompareContext): string =>
  listed([...new Set(rules.map((rule) => ruleSubject(rule, context)))], 3);
