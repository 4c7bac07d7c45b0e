/** Statements that the model keeps word by word: some of them are simple enough to follow all the same. */
import { type Statement } from '../../netfilter/nftables/model.ts';
import { type Step } from '../program.ts';

/** Only tells, or counts, or shapes; the packet goes on as it is. */
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
 * The steps of an unread statement. With something behind it it is taken for a question; the last one of a rule may
 * decide where the packet goes, and nobody can tell.
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
