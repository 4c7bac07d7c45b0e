/** What rules do, in the words of those who run Services. */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { leadsToEndpoint, targetChain } from '../rules/chain-roles.ts';
import { chainsOf, type CompareContext } from './context.ts';
import { commentOf } from '../rules/comments.ts';
import { formatProbability, hex } from '../../../netfilter/iptables/spelling.ts';
import { ruleFields } from './rule-key.ts';

/** `ip:port` of an endpoint's chain: where it sends packets; its name when that is not known. */
export function endpointAddress(chain: string, context: CompareContext): string {
  for (const index of [context.expected, context.actual]) {
    for (const { target } of chainsOf(index, 'nat').get(chain) ?? []) {
      if (target?.kind === 'dnat') return target.destination;
    }
  }
  return chain;
}

/** What a rule is about: `cluster IP 10.96.0.1:443`, `endpoint 10.244.1.2:80`, `"comment"`. */
export function ruleSubject(rule: Rule, context: CompareContext): string {
  const prefix = targetChain(rule) === 'KUBE-MARK-MASQ' ? 'masquerading of ' : '';
  const recent = rule.matches.find((match) => match.kind === 'recent');
  const chain = targetChain(rule);
  if (chain !== undefined && leadsToEndpoint(rule)) {
    const affinity = recent === undefined ? '' : 'session affinity to ';
    return `${affinity}endpoint ${endpointAddress(chain, context)}`;
  }
  if (rule.target?.kind === 'dnat') return `DNAT to ${rule.target.destination}`;
  return prefix + (portalOf(rule) ?? commentWords(rule) ?? targetWords(rule));
}

const KINDS_OF_ADDRESS = ['cluster IP', 'external IP', 'loadbalancer IP'] as const;

/** The address and port that a rule asks for; undefined when it asks for no port. */
function portalOf(rule: Rule): string | undefined {
  const port = rule.matches.find((match) => match.kind === 'port')?.destination;
  if (port === undefined) return undefined;
  const comment = commentOf(rule) ?? '';
  const address = rule.destination;
  if (comment.endsWith('health check node port')) return `health check node port ${port}`;
  if (address === undefined || address.value === '127.0.0.0/8') return `node port ${port}`;
  const kind = KINDS_OF_ADDRESS.find((words) => comment.endsWith(words));
  const ip = address.value.replace(/\/(32|128)$/, '');
  return `${kind === undefined ? '' : `${kind} `}${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
}

function commentWords(rule: Rule): string | undefined {
  const comment = commentOf(rule);
  return comment === undefined ? undefined : `"${comment}"`;
}

/** `traffic from 10.244.1.2/32 to KUBE-MARK-MASQ` for rules that say nothing else. */
function targetWords(rule: Rule): string {
  const { source } = rule;
  const from = source === undefined ? '' : ` ${source.negated === true ? 'not ' : ''}from ${source.value}`;
  return `traffic${from} (-> ${ruleFields(rule).get('target') ?? ''})`;
}

/** The fields in which two rules differ, by name. */
export function changedFields(expected: Rule, actual: Rule, context: CompareContext): readonly string[] {
  const before = ruleFields(expected, context.keys);
  const after = ruleFields(actual, context.keys);
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name));
}

/** `port is tcp 81, not tcp 80; it does not ask for mark 0x4000/0x4000`: the actual rule against the expected one. */
export function describeChange(expected: Rule, actual: Rule, context: CompareContext): string {
  const before = ruleFields(expected, context.keys);
  const after = ruleFields(actual, context.keys);
  const changes = changedFields(expected, actual, context).map((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was === undefined) return `it also asks for ${name} ${fieldWords(name, is ?? '')}`;
    if (is === undefined) return `it does not ask for ${name} ${fieldWords(name, was)}`;
    return `${name} is ${fieldWords(name, is)}, not ${fieldWords(name, was)}`;
  });
  return changes.join('; ');
}

/** The value of a field as iptables spells it. */
function fieldWords(name: string, value: string): string {
  switch (name) {
    case 'mark':
      return value.replace(/\d+/g, (digits) => hex(Number(digits)));
    case 'target':
      return value.replace(
        /^MARK (\d+)\/(\d+)$/,
        (_, bits, mask) => `MARK ${hex(Number(bits))}/${hex(Number(mask))}`,
      );
    case 'probability':
      return value.replace(/\d+/g, (digits) => formatProbability(Number(digits)));
    case 'recent':
      return value
        .replace(/(\S+) \{"set":true\}/g, 'set $1')
        .replace(/(\S+) \{"seconds":(\d+),"reap":true\}/g, 'check $1 within $2 seconds');
    default:
      return value;
  }
}
