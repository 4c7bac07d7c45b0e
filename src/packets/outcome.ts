import { addLater, type DeferredShare } from './deferred-share.ts';
import { numberOf, sameAssumptions, withoutOpposite } from './merge-states.ts';
import { type Box } from './packet-set.ts';
import { soleValue } from './intervals.ts';
import { add, ONE, type Rational, sameRational } from './rational.ts';
import { type Assumption, type Path, type WalkState } from './state.ts';

/** Where packets go. `ACCEPT`: to the address to which they were sent. */
export type Verdict = 'DNAT' | 'REJECT' | 'DROP' | 'ACCEPT';

/** One possible outcome for a set of packets. */
export interface PacketOutcome {
  /** The packets, as they entered. */
  readonly packets: Box;
  readonly verdict: Verdict;
  /** Where DNAT leads; undefined for all other verdicts. The port is undefined when packets keep their many ports. */
  readonly to: { readonly address: bigint; readonly port: bigint | undefined } | undefined;
  /** Whether the source is rewritten: by MASQUERADE, SNAT or the like. False for packets that are stopped. */
  readonly masquerade: boolean;
  /** The share of connections, as the rules mean it. */
  readonly share: Rational;
  /** The share by the number that the kernel keeps, in steps of 2^-31. */
  readonly kernelShare: DeferredShare;
  /**
   * What chooses among several destinations, such as `by load`: the shares are then only averages. Undefined: chance.
   */
  readonly chosenBy: string | undefined;
  /** Questions that the rules do not decide, and the answers that lead to this outcome. */
  readonly assumptions: readonly Assumption[];
  /** The lists that now hold the client. */
  readonly remembered: ReadonlySet<string>;
  /** The rules that led here. */
  readonly path: Path | undefined;
}

/** Returns the outcome of packets that end in this state. */
export function outcomeOf(verdict: Verdict, state: WalkState): PacketOutcome {
  const { fields } = state.packets;
  // DNAT to a port alone keeps the destination address.
  const address = state.destination ?? soleValue(fields.destination) ?? fields.destination[0]?.[0] ?? 0n;
  const port = state.destinationPort ?? soleValue(fields.destinationPort);
  return {
    packets: state.packets,
    verdict,
    to: verdict === 'DNAT' ? { address, port } : undefined,
    masquerade: state.sourceTranslated && (verdict === 'DNAT' || verdict === 'ACCEPT'),
    share: state.share,
    kernelShare: state.kernelShare,
    chosenBy: state.chosenBy,
    assumptions: state.assumptions,
    remembered: state.remembered,
    path: state.path,
  };
}

/** Returns where an outcome ends as a text: equal for outcomes with the same verdict, address, source and chooser. */
export const endOf = ({ verdict, to, masquerade, chosenBy }: PacketOutcome): string =>
  [verdict, to?.address ?? '', to?.port ?? '', masquerade ? 'masquerade' : '', chosenBy ?? ''].join('|');

/** Returns what an outcome does as a text: {@link endOf}, and the lists that now hold the client. */
export const effectOf = (outcome: PacketOutcome): string =>
  `${endOf(outcome)}|${[...outcome.remembered].sort().join()}`;

/**
 * Joins outcomes with the same effect for the same packets. Adds up their shares and removes assumptions that
 * make no difference.
 */
export function mergeOutcomes(outcomes: readonly PacketOutcome[]): readonly PacketOutcome[] {
  const groups = new Map<string, PacketOutcome[]>();
  for (const outcome of outcomes) {
    const key = `${numberOf(outcome.packets)} ${effectOf(outcome)}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    addTo(group, outcome);
  }
  return [...groups.values()].flat();
}

function addTo(group: PacketOutcome[], outcome: PacketOutcome): void {
  let joined = outcome;
  for (let at = group.length - 1; at >= 0; at -= 1) {
    const other = group[at];
    const both = other && join(other, joined);
    if (both === undefined) continue;
    joined = both;
    group.splice(at, 1);
  }
  group.push(joined);
}

function join(a: PacketOutcome, b: PacketOutcome): PacketOutcome | undefined {
  if (sameAssumptions(a.assumptions, b.assumptions)) {
    const share = add(a.share, b.share);
    // Where all go the same way, it does not matter what chose it.
    const chosenBy = sameRational(share, ONE) ? undefined : a.chosenBy;
    return { ...a, share, kernelShare: addLater(a.kernelShare, b.kernelShare), chosenBy };
  }
  const common = sameRational(a.share, b.share) ? withoutOpposite(a.assumptions, b.assumptions) : undefined;
  return common && { ...a, assumptions: common };
}

/** Returns the rules of a path, the first one first. */
export function rulesOf(path: Path | undefined): readonly Path[] {
  const rules: Path[] = [];
  for (let at = path; at !== undefined; at = at.before) rules.push(at);
  return rules.reverse();
}
