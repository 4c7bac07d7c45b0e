import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with packets that are traced, and with the rules that they meet. */
export const TRACE_CODES = {
  'packet-invalid': error('The packet to trace cannot be understood.'),
  'rule-not-evaluable': error('A packet meets a rule that svc2ipt cannot evaluate.'),
  'node-addresses-unknown': warning('Nothing tells the addresses of the node but loopback.'),
} as const satisfies CodeTable;
