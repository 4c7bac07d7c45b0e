import { type PacketOutcome } from '../packets/outcome.ts';
import { type Rational } from '../packets/rational.ts';

/** Where a share of one packet's connections ends. */
export interface Ending {
  readonly effect: string;
  /** One of the outcomes that end so. */
  readonly outcome: PacketOutcome;
  readonly share: Rational;
}
