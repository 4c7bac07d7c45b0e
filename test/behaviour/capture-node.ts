import { COMPARED_MODES } from '../../src/modes/compared-modes.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { dumpedNode, type TracedNode } from '../../src/trace/node.ts';

/** The addresses of the node of all captures. */
export const OWN = ['192.168.0.2', '10.1.0.2', 'fd00:192::2'];

/** The node that a text of iptables-save is from. */
export function captureNode(text: string, ipFamily: IpFamily): TracedNode {
  const { value, problems } = COMPARED_MODES.iptables.read({ name: 'capture', text }, ipFamily);
  if (value === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return dumpedNode(value, OWN, undefined);
}
