import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with names of chains and Services, and with what rules are taken for. */
export const LIST_CODES = {
  'chain-unknown': error({
    meaning: 'The chain or Service that was asked for is neither in the rules nor in the names.',
    example: '`svc2ipt list -f web.yaml default/wbe`, and the Service has `name: web`',
    remedy: 'Correct the name, or add the manifests or the dump that have it; `svc2ipt list` names all.',
  }),
  'name-invalid': error({
    meaning: 'A line of the names is no name of a service port.',
    example: '`svc2ipt list -f web.yaml --names names.txt`, with a line `web`',
    remedy: 'Write NAMESPACE/NAME:PORT, or NAMESPACE/NAME where the port has no name.',
  }),
  'rule-not-explained': warning({
    meaning:
      'A rule of the node is nothing that manifests and settings give, or one that they give is missing.',
    example:
      '`svc2ipt decompile node.save`, and the dump has `-s 203.0.113.7/32 -j DROP` in a chain of a Service',
    remedy:
      'Look at the rule: it was written by hand, is left over, or kube-proxy had a setting that no rule tells.',
  }),
} as const satisfies CodeTable;
