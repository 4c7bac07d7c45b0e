import { formatRational } from '../packets/rational.ts';
import { type TracedOutcome, type TracedPacket } from './trace-packet.ts';

/**
 * The JSON of a trace. Probabilities are fractions that parse as such: `1/3`, and `1` for what is certain.
 * `kernelProbability` stands there only when asked for.
 */
export function jsonTrace(traced: readonly TracedPacket[], withKernelShares: boolean): string {
  const packets = traced.map(({ packet, outcomes }) => ({
    from: packet.from,
    ...(packet.client !== undefined && { client: packet.client }),
    local: packet.local,
    inInterface: packet.inInterface ?? null,
    to: packet.to,
    ...(packet.portal !== undefined && { service: packet.portal }),
    outcomes: outcomes.map((outcome) => jsonOutcome(outcome, withKernelShares)),
  }));
  return `${JSON.stringify({ packets }, undefined, 2)}\n`;
}

/** One outcome, as every command writes it. */
export const jsonOutcome = (outcome: TracedOutcome, withKernelShares: boolean): object => ({
  verdict: outcome.verdict,
  to: outcome.to,
  probability: formatRational(outcome.share),
  ...(withKernelShares && { kernelProbability: formatRational(outcome.kernelShare) }),
  masquerade: outcome.masquerade,
  path: outcome.path.map(({ rule }) => `${rule.chain}:${rule.number}`),
  undecided: outcome.undecided,
});
