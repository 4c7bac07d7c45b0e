/** Handles statements that the model keeps as text. Some of them are simple enough to follow. */
import { type Statement } from '../../netfilter/nftables/model.ts';
import { type Step } from '../program.ts';

/** Statements that only log, count or limit; the packet goes on unchanged. */
const WITHOUT_EFFECT: readonly RegExp[] = [
  /^log(?: prefix "[^"]*"| level \w+| flags [\w ,]+| group \d+| snaplen \d+| queue-threshold \d+)*$/,
  /^\{"log":/,
  /^meta nftrace set [01]$/,
  /^tcp option maxseg size set (?:rt mtu|\d+)$/,
  /^counter name \S+$/,
];

const REDIRECT = /^redirect(?: to :(\d{1,5}))?(?: (?:fully-random|random|persistent))*$/;
const NOTRACK = /^(?:notrack|\{"notrack": null\})$/;

/**
 * Returns the steps of a statement that was not understood. A statement with others after it counts as a
 * test. The last statement of a rule may decide where the packet goes, so its effect is unknown.
 */
export function unreadSteps(
  { text }: Extract<Statement, { readonly kind: 'unknown' }>,
  isLast: boolean,
): readonly Step[] {
  if (WITHOUT_EFFECT.some((pattern) => pattern.test(text))) return [];
  if (NOTRACK.test(text)) return [{ kind: 'untrack' }];
  const redirect = REDIRECT.exec(text);
  if (redirect === null) return [{ kind: isLast ? 'unclear' : 'unknown', what: text }];
  const [, port] = redirect;
  return [{ kind: 'redirect', ...(port !== undefined && { port: BigInt(port) }) }];
}
