import { inspect } from 'node:util';
import { type Io, type OutputStream } from './io.ts';

/** Puts a text into a colour, or leaves it as it is. */
export type Paint = (text: string) => string;

/** The colours of one stream. */
export interface Colours {
  /** False when every text stays as it is. */
  readonly areOn: boolean;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
  readonly bold: Paint;
}

/** Colours for one stream: only on a terminal, unless the user says otherwise. (no-color.org, force-color.org) */
export function coloursFor(stream: OutputStream, io: Io, wanted: boolean): Colours {
  const areOn = wanted && isColourful(stream, io);
  const paint = (name: 'red' | 'green' | 'yellow' | 'cyan' | 'bold'): Paint => {
    const [start, end] = inspect.colors[name] ?? [0, 0];
    return (text) => (areOn ? `\u001b[${start}m${text}\u001b[${end}m` : text);
  };
  const [red, green, yellow] = [paint('red'), paint('green'), paint('yellow')];
  return { areOn, red, green, yellow, cyan: paint('cyan'), bold: paint('bold') };
}

function isColourful(stream: OutputStream, { env }: Io): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
