import { type Intervals, smallest, soleValue } from './intervals.ts';
import { originNumber } from './packet-set.ts';
import { type Action, type RuleRef, type Share, type Translation } from './program.ts';
import { multiplyLater } from './deferred-share.ts';
import { multiply, type Rational, rational } from './rational.ts';
import { fieldNow, type MarkState, type WalkState } from './state.ts';

const CHANGES = [
  'set-mark',
  'copy-mark',
  'translate-destination',
  'redirect',
  'translate-source',
  'remember',
  'untrack',
  'unclear',
] as const;

/** Actions that change the packet, or what is known of it. */
export type Change = Extract<Action, { kind: (typeof CHANGES)[number] }>;

const KINDS_OF_CHANGE: ReadonlySet<Action['kind']> = new Set(CHANGES);

/** Returns true when an action changes something and does not decide where the packet goes next. */
export const isChange = (action: Action): action is Change => KINDS_OF_CHANGE.has(action.kind);

/** Returns the packets after a change: several states when it chooses at random. */
export function applyChange(
  action: Change,
  state: WalkState,
  rule: RuleRef,
  localAddresses: Intervals,
): readonly WalkState[] {
  switch (action.kind) {
    case 'set-mark':
      return [withMark(state, action.of, setBits(markOf(state, action.of), action.value, action.mask))];
    case 'copy-mark':
      return [copyMark(state, action.to, action.fromMask, action.toMask)];
    case 'translate-destination':
      return translate(action.balances === true ? balanced(state) : state, action.choices);
    case 'redirect':
      return translate(state, [
        {
          address: ownAddress(state, localAddresses),
          ...(action.port !== undefined && { port: action.port }),
        },
      ]);
    case 'translate-source':
      return [{ ...state, sourceTranslated: true }];
    case 'remember':
      return [{ ...state, remembered: new Set([...state.remembered, action.list]) }];
    case 'untrack':
      return [{ ...state, untracked: true }];
    case 'unclear': {
      const assumption = { rule, what: action.what, taken: 'ignored' } as const;
      return [{ ...state, assumptions: [...state.assumptions, assumption] }];
    }
  }
}

/** Returns the state with multiplied shares. */
export const withShare = (state: WalkState, { intended, kernel }: Share): WalkState => ({
  ...state,
  share: multiply(state.share, intended),
  kernelShare: multiplyLater(state.kernelShare, kernel),
});

type MarkOwner = 'packet' | 'connection';

const markOf = (state: WalkState, owner: MarkOwner): MarkState =>
  owner === 'packet' ? state.mark : state.connectionMark;

const withMark = (state: WalkState, owner: MarkOwner, mark: MarkState): WalkState =>
  owner === 'packet' ? { ...state, mark } : { ...state, connectionMark: mark };

const setBits = (mark: MarkState, value: number, mask: number): MarkState => ({
  own: (mark.own & ~mask) >>> 0,
  value: ((mark.value & ~mask) ^ value) >>> 0,
});

/** (xt_CONNMARK, net/netfilter/xt_connmark.c) */
function copyMark(state: WalkState, to: MarkOwner, fromMask: number, toMask: number): WalkState {
  const from = markOf(state, to === 'packet' ? 'connection' : 'packet');
  const target = markOf(state, to);
  // A bit of the entering packet on both sides of an exclusive or disappears.
  const own = ((target.own & ~toMask) ^ (from.own & fromMask)) >>> 0;
  const value = ((target.value & ~toMask) ^ (from.value & fromMask)) >>> 0;
  return withMark(state, to, { own, value });
}

/** Notes where the packets went to before the balancer chose. */
const balanced = (state: WalkState): WalkState => ({
  ...state,
  virtual: {
    protocol: fieldNow(state, 'protocol'),
    address: fieldNow(state, 'destination'),
    port: fieldNow(state, 'destinationPort'),
  },
});

function translate(state: WalkState, choices: readonly Translation[]): readonly WalkState[] {
  const share: Rational = rational(1n, BigInt(choices.length));
  return choices.map(({ address, port }) => ({
    ...withShare(state, { intended: share, kernel: share }),
    destination: address ?? state.destination,
    destinationPort: port ?? state.destinationPort,
    destinationTranslated: true,
  }));
}

/**
 * Returns the address to which REDIRECT leads: the loopback address for packets of this host, otherwise an address of
 * the interface where the packet came in. The rules do not tell which one: the first that is not loopback stands for
 * it. (nf_nat_redirect)
 */
function ownAddress({ packets }: WalkState, localAddresses: Intervals): bigint {
  const loopback = packets.family === 'IPv4' ? 0x7f000001n : 1n;
  if (soleValue(packets.fields.origin) === originNumber('local')) return loopback;
  const others = localAddresses.filter(([first, last]) => !(first <= loopback && loopback <= last));
  return smallest(others) ?? loopback;
}
