import { intersectMarks, markBits, subtractMarks } from './mark-bits.ts';
import { type Test } from './program.ts';
import { type MarkState, type Split, type WalkState } from './state.ts';

type MarkTest = Extract<Test, { kind: 'mark' }>;

/** Splits packets by the mark that they, or their connections, have now. */
export function splitMark(state: WalkState, { of, value, mask }: MarkTest): Split {
  const now = of === 'packet' ? state.mark : state.connectionMark;
  const fixedWrong = ((now.value ^ value) & mask & ~now.own) !== 0;
  // A bit outside of the mask can never be found under it.
  if (fixedWrong || (value & ~mask) !== 0) return { yes: [], no: [state] };
  const wanted = wantedOfPacket(now, value, mask);
  const inside = intersectMarks(state.packets.mark, wanted);
  if (inside === undefined) return { yes: [], no: [state] };
  const outside = subtractMarks(state.packets.mark, wanted);
  if (outside.length === 0) return { yes: [state], no: [] };
  const withMark = (mark: typeof inside): WalkState => ({ ...state, packets: { ...state.packets, mark } });
  return { yes: [withMark(inside)], no: outside.map(withMark) };
}

/** Splits packets as {@link splitMark} does, with the answers exchanged. */
export function complementMark(state: WalkState, test: MarkTest): Split {
  const { yes, no } = splitMark(state, test);
  return { yes: no, no: yes };
}

/** Returns the mark that the entering packet must have, so that its mark is `value` under `mask` now. */
const wantedOfPacket = (now: MarkState, value: number, mask: number): ReturnType<typeof markBits> =>
  markBits(value ^ now.value, mask & now.own);
