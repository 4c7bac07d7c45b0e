import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with packets that are traced, and with the rules that they meet. */
export const TRACE_CODES = {
  'packet-invalid': error({
    meaning: 'The packet to trace cannot be understood.',
    example: '`svc2ipt trace -f web.yaml --to 10.96.0.10`',
    remedy: 'Write address, port and protocol: `--to 10.96.0.10:80/TCP`.',
  }),
  'rule-not-evaluable': error({
    meaning: 'A packet meets rules that svc2ipt cannot follow to an end.',
    example:
      '`svc2ipt trace --live node.save --node-address 192.0.2.11 --to 10.96.0.10:80`, with `-A LOOP -j LOOP`',
    remedy:
      'Where a chain leads to itself, take a new dump on the node: a kernel does not load it. Where there are too many ' +
      'cases, compare the rules, without `--behaviour`.',
  }),
  'node-addresses-unknown': warning({
    meaning: 'Nothing tells the addresses of the node but loopback.',
    example: '`svc2ipt trace --live node.save --to 10.96.0.10:80`',
    remedy: 'Name the addresses of the node: `--node-address 192.0.2.11`, repeatable.',
  }),
} as const satisfies CodeTable;
