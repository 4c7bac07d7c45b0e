/** Transactions in a log of kube-proxy, which writes each of them from verbosity 9 on. */
import { type Source } from '../../text/source.ts';
import { Damage } from './damage.ts';

/** How a line of the log ends that a transaction follows. (klog, values of several lines) */
const OPENING = /\btransaction=<\r?$/;

/** Whether the text is a log that holds transactions. */
export const isTransactionLog = ({ text }: Source): boolean => /\btransaction=<\r?$/m.test(text);

/**
 * Returns the transactions alone, with blanks in place of all else, so that offsets stay: a script. A transaction whose
 * end is missing is damage.
 */
export function transactionsOf(source: Source): Source {
  const lines: string[] = [];
  let isInside = false;
  for (const line of source.text.split('\n')) {
    const isEnd = isInside && line.startsWith(' >');
    lines.push(isInside && !isEnd ? line : ' '.repeat(line.length));
    if (isEnd) isInside = false;
    else if (OPENING.test(line)) isInside = true;
  }
  if (isInside) {
    const message = 'the text ends inside a transaction: is the log complete?';
    throw new Damage(source.text.length, message, 'dump-truncated');
  }
  return { name: source.name, text: lines.join('\n') };
}
