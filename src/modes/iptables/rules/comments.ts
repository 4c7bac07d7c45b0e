/** Reads the comments of kube-proxy. */
import { type Rule } from '../../../netfilter/iptables/model.ts';

const PORT_NAME = /^[a-z0-9][a-z0-9-]*\/[a-z0-9][a-z0-9.-]*(:[a-z0-9-]*)?$/;

/** Returns the first comment of a rule; undefined without one. */
export function commentOf(rule: Rule): string | undefined {
  for (const match of rule.matches) if (match.kind === 'comment') return match.text;
  return undefined;
}

/**
 * Returns the service port that the comment of a rule names, as written: `ns/name:port`, or `ns/name:` in old releases.
 */
export function commentedName(rule: Rule): string | undefined {
  for (const match of rule.matches) {
    if (match.kind !== 'comment' || !match.text.includes('/')) continue;
    const word = match.text.split(' ').find((candidate) => PORT_NAME.test(candidate));
    if (word !== undefined) return word;
  }
  return undefined;
}
