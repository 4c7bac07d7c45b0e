import { Chalk, type ChalkInstance } from 'chalk';
import { type Io, type OutputStream } from './io.ts';

/** Colours for one stream: only on a terminal, unless the user says otherwise. (no-color.org, force-color.org) */
export function coloursFor(stream: OutputStream, io: Io, wanted: boolean): ChalkInstance {
  return new Chalk({ level: wanted && isColourful(stream, io) ? 1 : 0 });
}

function isColourful(stream: OutputStream, { env }: Io): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
