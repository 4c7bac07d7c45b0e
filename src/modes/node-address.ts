import { addressNumber } from '../text/ip-number.ts';
import { addressBits, type Cidr } from '../text/ip.ts';

/** The source ranges of a load balancer, and whether its rules also let the node itself pass. All of one IP family. */
export interface Firewall {
  readonly letsNodePass: boolean;
  readonly ranges: readonly Cidr[];
}

/**
 * Finds an address that the node may have: kube-proxy lets the node pass a load balancer when its address is in one of
 * the source ranges. Returns the start of a range that explains most of the firewalls, the first of several; undefined
 * when no firewall lets the node pass. O(n log n) for n ranges.
 */
export function nodeAddressFor(firewalls: readonly Firewall[]): string | undefined {
  const explained = explainedFrom(firewalls);
  let best: string | undefined;
  for (const { letsNodePass, ranges } of firewalls) {
    if (!letsNodePass) continue;
    for (const { address } of ranges) {
      if (best === undefined || countAt(explained, address) > countAt(explained, best)) best = address;
    }
  }
  return best;
}

const countAt = (explained: ReadonlyMap<bigint, number>, address: string): number =>
  explained.get(addressNumber(address)) ?? 0;

/**
 * Counts for each address where a range begins or has ended: the firewalls with it in their ranges that let the node
 * pass, less those that do not. The others are explained by every address alike.
 */
function explainedFrom(firewalls: readonly Firewall[]): ReadonlyMap<bigint, number> {
  const changes = new Map<bigint, number>();
  const change = (at: bigint, by: number): void => void changes.set(at, (changes.get(at) ?? 0) + by);
  for (const { letsNodePass, ranges } of firewalls) {
    const weight = letsNodePass ? 1 : -1;
    const spans = ranges.map(spanOf).sort(byStart);
    for (const { start } of spans) change(start, 0);
    for (const { start, end } of outermost(spans)) {
      change(start, weight);
      change(end, -weight);
    }
  }
  let count = 0;
  const ascending = [...changes].sort(([one], [other]) => compare(one, other));
  return new Map(ascending.map(([at, by]) => [at, (count += by)]));
}

interface Span {
  readonly start: bigint;
  /** The first address after it. */
  readonly end: bigint;
}

/** Returns the spans that lie in no other. Networks never overlap by half. */
function outermost(spans: readonly Span[]): readonly Span[] {
  const kept: Span[] = [];
  for (const span of spans) {
    const last = kept.at(-1);
    if (last === undefined || span.start >= last.end) kept.push(span);
  }
  return kept;
}

function spanOf({ address, prefix, family }: Cidr): Span {
  const start = addressNumber(address);
  return { start, end: start + (1n << BigInt(addressBits(family) - prefix)) };
}

/** The larger of two that begin together stands first. */
const byStart = (one: Span, other: Span): number =>
  compare(one.start, other.start) || compare(other.end, one.end);

const compare = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);
