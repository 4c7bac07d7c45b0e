import { formatDeferred } from '../packets/deferred-share.ts';
import { formatRational } from '../packets/rational.ts';
import { type Verdict } from '../packets/outcome.ts';
import { type TracedOutcome, type TracedPacket } from './trace-packet.ts';
import { printableJson } from '../text/printable.ts';

/** Where one packet goes, in the form of the JSON output. */
export interface TraceAnswer {
  readonly from: string;
  /** What the source stands for, when it was not named by its address. */
  readonly client?: string;
  /** A process of the node sends it. */
  readonly local: boolean;
  /** Null: any. */
  readonly inInterface: string | null;
  readonly to: string;
  /** The Service port and the kind of address that the destination is: `default/web:http cluster IP`. */
  readonly service?: string;
  /** The endpoint to which session affinity sent the client before, where one was named. */
  readonly knownTo?: string;
  readonly outcomes: readonly TraceOutcome[];
}

/** One possible outcome for a packet. */
export interface TraceOutcome {
  readonly verdict: Verdict;
  /** `ip:port` of the endpoint; null unless the verdict is DNAT. */
  readonly to: string | null;
  /**
   * A fraction, such as `1/3`; `1` for what is certain. In mode ipvs also what the scheduler goes by, where it does not
   * give every real server its share: `by load`, `by client address`.
   */
  readonly probability: string;
  /**
   * The same as the kernel rounds it; there only when asked for. A fraction with more than 150 digits is told as a
   * decimal number.
   */
  readonly kernelProbability?: string;
  readonly masquerade: boolean;
  /** The rules that it takes, as `chain:number`. */
  readonly path: readonly string[];
  /** What the rules alone do not decide, and how it was decided for this outcome; a sentence each. */
  readonly undecided: readonly string[];
}

/** The JSON of a trace. */
export const jsonTrace = (traced: readonly TracedPacket[], withKernelShares: boolean): string =>
  `${printableJson({ packets: traceAnswers(traced, withKernelShares) }, 2)}\n`;

/** Traced packets as plain data. */
export const traceAnswers = (
  traced: readonly TracedPacket[],
  withKernelShares: boolean,
): readonly TraceAnswer[] =>
  traced.map(({ packet, outcomes }) => ({
    from: packet.from,
    ...(packet.client !== undefined && { client: packet.client }),
    local: packet.local,
    inInterface: packet.inInterface ?? null,
    to: packet.to,
    ...(packet.portal !== undefined && { service: packet.portal }),
    ...(packet.knownTo !== undefined && { knownTo: packet.knownTo.endpoint }),
    outcomes: outcomes.map((outcome) => jsonOutcome(outcome, withKernelShares)),
  }));

/** One outcome, as every command writes it. */
export const jsonOutcome = (outcome: TracedOutcome, withKernelShares: boolean): TraceOutcome => ({
  verdict: outcome.verdict,
  to: outcome.to,
  probability: outcome.chosenBy ?? formatRational(outcome.share),
  ...(withKernelShares && {
    kernelProbability: outcome.chosenBy ?? formatDeferred(outcome.kernelShare),
  }),
  masquerade: outcome.masquerade,
  path: outcome.path.map(({ rule }) => `${rule.chain}:${rule.number}`),
  undecided: outcome.undecided,
});
