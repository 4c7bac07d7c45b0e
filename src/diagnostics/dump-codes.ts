import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with the rules of a node, and with reading them. */
export const DUMP_CODES = {
  'dump-unknown-form': error('The text is not what iptables-save, iptables -S or iptables -L prints.'),
  'dump-syntax': error('A line of the dump is not as the tools of a node print it.'),
  'dump-structure': error('A line of the dump stands where iptables does not print it.'),
  'dump-truncated': error('The dump ends before it is complete.'),
  'dump-incomplete': warning('The dump does not tell all of the rules.'),
  'dump-warning': warning('iptables warned when it printed the dump.'),
  'node-unreadable': error('The rules of this node cannot be read.'),
  'node-without-rules': warning('This node has no rules of kube-proxy.'),
  'node-two-backends': warning(
    'The rules of kube-proxy are not only in the tables that iptables-save prints.',
  ),
  'node-unnamed': warning('The input has several Nodes, and nothing tells which one the dump is from.'),
  'input-without-endpoints': warning(
    'The input has Services, and nothing that tells where their endpoints are.',
  ),
  'node-other-mode': error('kube-proxy runs on the node in a mode whose rules svc2ipt does not know.'),
} as const satisfies CodeTable;
