/** Finds transactions in a log of kube-proxy, which writes them from verbosity 9 on. */
import { type Source } from '../../text/source.ts';
import { Damage } from './damage.ts';

/** The end of a line of the log when a transaction follows. (klog, values of several lines) */
const OPENING = /\btransaction=<\r?$/;

/** Returns true when the text is a log with transactions. */
export const isTransactionLog = ({ text }: Source): boolean => /\btransaction=<\r?$/m.test(text);

/**
 * Returns the transactions as a script. Blanks replace all other text, so that offsets stay. A transaction without an
 * end is damage.
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
    throw new Damage('dump-truncated', source.text.length, message);
  }
  return { name: source.name, text: lines.join('\n') };
}
