import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { type TracedPacket } from './trace-packet.ts';

/** Names the rule that cannot be followed, and says why. */
export function brokenText({ rule, why }: NonNullable<TracedPacket['broken']>): string {
  const line = rule.line === undefined ? '' : ` (line ${rule.line})`;
  return `rule ${rule.chain}:${rule.number}${line}: ${why}`;
}

/** An error for each packet that came to a rule that cannot be followed. */
export const brokenRules = (traced: readonly TracedPacket[]): readonly Diagnostic[] =>
  traced.flatMap(({ packet, broken }) =>
    broken === undefined ? [] : [diagnostic('rule-not-evaluable', `${packet.to}: ${brokenText(broken)}`)],
  );
