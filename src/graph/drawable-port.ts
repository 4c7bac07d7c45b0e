import { compareText } from '../text/natural-order.ts';
import { type PortGraph } from './model.ts';

/** A service port whose picture can be drawn. */
export interface DrawablePort {
  /** `ns/name:port`, or `ns/name` for a port without a name; undefined when nothing tells. */
  readonly name: string | undefined;
  /** Draws it; `number` tells its nodes from those of other pictures. */
  readonly draw: (number: number) => PortGraph;
}

/** A service port that is put into order. */
export interface SortedPort extends DrawablePort {
  /** Empty when nothing tells. */
  readonly protocol: string;
}

/** Sorts by name. Ports without a known name come last. */
export const byName = (a: SortedPort, b: SortedPort): number =>
  Number(a.name === undefined) - Number(b.name === undefined) ||
  compareText(a.name ?? '', b.name ?? '') ||
  compareText(a.protocol, b.protocol);

/** The title of a picture: the Service, its protocol, and the family when it is IPv6. */
export function titleOf(
  name: string | undefined,
  protocol: string | undefined,
  family: 'IPv4' | 'IPv6',
): string {
  const known = name ?? 'a Service that nothing names';
  const ofProtocol = protocol === undefined ? [] : [protocol.toUpperCase()];
  return [known, ...ofProtocol, ...(family === 'IPv6' ? ['IPv6'] : [])].join(' ');
}

/** `masquerade`, and of which packets when not of all; a line for each condition. */
export const masqueraded = (conditions: readonly string[]): readonly string[] =>
  conditions.length === 0
    ? ['masquerade']
    : conditions.map((condition, at) => `${at === 0 ? 'masquerade if' : 'and'} ${condition}`);
