import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { type TracedPacket } from './trace-packet.ts';

/** An error for each packet that came to a rule that cannot be followed. */
export const brokenRules = (traced: readonly TracedPacket[]): readonly Diagnostic[] =>
  traced.flatMap(({ packet, broken }): readonly Diagnostic[] => {
    if (broken === undefined) return [];
    const { rule, why } = broken;
    const line = rule.line === undefined ? '' : ` (line ${rule.line})`;
    const message = `${packet.to}: rule ${rule.chain}:${rule.number}${line}: ${why}`;
    return [diagnostic('rule-not-evaluable', message)];
  });
