import { printable } from '../text/printable.ts';
import { formatPlace, type Place } from '../text/source.ts';

/** Information about an ignore comment or a baseline entry. It is no finding and never makes lint fail. */
export interface Note {
  readonly place: Place;
  /** On one line. */
  readonly message: string;
}

/** `FILE:LINE:COL: information: what to know`, a line. */
export const formatNote = ({ place, message }: Note): string =>
  `${printable(`${formatPlace(place)}: information: ${message}`)}\n`;
