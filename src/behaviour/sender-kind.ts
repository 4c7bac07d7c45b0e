/** Tells which senders differ only in name. */
import { NEVER } from '../packets/client-ages.ts';
import { conditionsOf } from '../packets/clients.ts';
import { smallest } from '../packets/intervals.ts';
import { type Box } from '../packets/packet-set.ts';
import { formatRational } from '../packets/rational.ts';
import { type Ending } from './endings.ts';
import { type OnePacket } from './packets.ts';

/** A packet, and where it ends on both sides. */
interface Ended {
  readonly packet: OnePacket;
  readonly expected: readonly Ending[];
  readonly actual: readonly Ending[];
}

/**
 * Returns a text that joins senders which differ only in name, such as the endpoints of a Service or their clients. It is
 * equal for all senders whose packets differ in the same way, and empty for all other senders.
 */
export function kindOf(ended: Ended): string {
  const served = servedBefore(ended.packet.box).length;
  const isEndpoint = isFromEndpoint(ended);
  if (served === 0 && !isEndpoint) return '';
  return [served, isEndpoint, patternOf(ended.expected), 'now', patternOf(ended.actual)].join(' ');
}

/** Returns the lists that the client of a packet is on, and the seconds since they last saw it. */
export const servedBefore = ({
  clients,
}: Box): readonly { readonly list: string; readonly seconds: bigint }[] =>
  conditionsOf(clients).flatMap(({ list, ages }) => {
    const seconds = smallest(ages) ?? NEVER;
    return seconds === NEVER ? [] : [{ list, seconds }];
  });

/** Whether a packet comes from an address that either side sends it to. */
export function isFromEndpoint({ packet: { unusual, box }, expected, actual }: Ended): boolean {
  if (!unusual.includes('source')) return false;
  const source = smallest(box.fields.source);
  return [expected, actual].some((endings) => endings.some(({ outcome }) => outcome.to?.address === source));
}

const patterns = new WeakMap<readonly Ending[], string>();

/** Describes ends without their addresses. */
function patternOf(endings: readonly Ending[]): string {
  const known = patterns.get(endings);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  for (const { outcome, share } of endings) {
    const text = `${outcome.verdict} ${outcome.masquerade} ${formatRational(share)}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const pattern = [...counts]
    .map(([text, count]) => `${count} ${text}`)
    .sort()
    .join(' ');
  patterns.set(endings, pattern);
  return pattern;
}
