import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with the names under which Services are found. */
export const NAME_CODES = {
  'record-left-out': warning({
    meaning: 'A record was left out, because no name server can hold one of its names.',
    example:
      '`svc2ipt names -f web.yaml`, with an `externalName` of which one part has more than 63 characters',
    remedy: 'Shorten the name, or the `--cluster-domain`; clients in a cluster cannot resolve it either.',
  }),
  'too-many-records': error({
    meaning: 'The ports and endpoints of headless Services give more records than fit into memory.',
    example: '`svc2ipt names -f web.json`, with 1,000 `endpoints` and 1,001 `ports` in an EndpointSlice',
    remedy: 'Print the names of fewer Services at once.',
  }),
  'variable-set-twice': warning({
    meaning: 'Two Services set the same environment variable to different values.',
    example:
      '`svc2ipt names -f web.yaml -o env --for-namespace default`, with Services `web` and `web-service`: both set WEB_SERVICE_PORT',
    remedy: 'Rename one of the Services, or do not rely on the variable.',
  }),
  'variable-unreadable': warning({
    meaning: 'The name of an environment variable begins with a digit, and shells cannot read it.',
    example: '`svc2ipt names -f web.yaml -o env --for-namespace default`, with `name: 1st` of a Service',
    remedy: 'Find the Service by its DNS name, or give it a name that begins with a letter.',
  }),
  'kubernetes-missing': warning({
    meaning: 'The input does not hold Service default/kubernetes, whose variables every container gets.',
    example: '`svc2ipt names -f web.yaml -o env --for-namespace default`, without Service default/kubernetes',
    remedy: 'Add the Service to the input: `kubectl get service kubernetes -n default -o yaml`.',
  }),
} as const satisfies CodeTable;
