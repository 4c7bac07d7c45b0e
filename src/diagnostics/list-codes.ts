import { type CodeTable, error } from './code-text.ts';

/** What can be wrong with names of chains and Services. */
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
} as const satisfies CodeTable;
