/** What kube-proxy's comments tell. */
import { type Rule } from '../../../netfilter/iptables/model.ts';

const PORT_NAME = /^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9.-]*(:[a-z0-9-]*)?$/;

/** The first text that a rule carries as a comment. */
export function commentOf(rule: Rule): string | undefined {
  for (const match of rule.matches) if (match.kind === 'comment') return match.text;
  return undefined;
}

/** The service port that a rule's comment names, as it stands there: `ns/name:port`, or `ns/name:` of old. */
export function commentedName(rule: Rule): string | undefined {
  for (const match of rule.matches) {
    if (match.kind !== 'comment' || !match.text.includes('/')) continue;
    const word = match.text.split(' ').find((candidate) => PORT_NAME.test(candidate));
    if (word !== undefined) return word;
  }
  return undefined;
}
