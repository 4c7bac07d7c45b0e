import { type CodeTable, error, warning } from './code-text.ts';

/** Problems with stand-ins for values that only a cluster assigns. */
export const CLUSTER_CODES = {
  'stand-in': warning({
    meaning: 'A value that only a cluster assigns is missing, and another stands in for it.',
    example: '`svc2ipt compile -f web.yaml`, with `type: NodePort` and no node port',
    remedy:
      'Keep the values in a file with `--assignments FILE --write-assignments`, or set them in the manifests.',
  }),
  'value-missing': error({
    meaning: 'A value that only a cluster assigns is missing, and --require-assigned wants it.',
    example: '`svc2ipt compile -f web.yaml --require-assigned`, with `type: NodePort` and no node port',
    remedy: 'Set the value in the manifest or in the assignments file, or drop `--require-assigned`.',
  }),
  'pool-exhausted': error({
    meaning: 'There are not enough addresses or ports to draw stand-ins from.',
    example:
      '`svc2ipt compile -f web.yaml --service-node-port-range 30000-30000`, with two ports and `type: NodePort`',
    remedy: 'Give a larger `--service-cidr`, `--service-node-port-range` or `--pod-cidr`.',
  }),
  'pool-missing': error({
    meaning: 'There is no network of the IP family to draw stand-ins from.',
    example:
      '`svc2ipt compile -f web.yaml --pod-cidr 10.244.0.0/16`, with `ipFamilies: [IPv6]` and a Deployment',
    remedy: 'Name a network of each family: `--pod-cidr 10.244.0.0/16,fd00:10:244::/56`.',
  }),
  'pin-displaced': warning({
    meaning: 'A value of the assignments file is set for something else in the manifests.',
    example:
      '`svc2ipt compile -f web.yaml --assignments assigned.yaml`, with `clusterIP: 10.96.0.7` in one Service and in the file for another',
    remedy: 'Run again with `--write-assignments`, which writes the new value down.',
  }),
  'assignments-invalid': error({
    meaning: 'The assignments file is not as svc2ipt writes it.',
    example: '`svc2ipt compile -f web.yaml --assignments assigned.yaml`, with `kind: Service` in the file',
    remedy: 'Correct the file at the place of the message, or delete it and use `--write-assignments`.',
  }),
  'pods-left-out': warning({
    meaning: 'A Service selects pods that do not become endpoints.',
    example: '`svc2ipt compile -f web.yaml`, with `nodeName: gone` of a Pod, and Nodes `node-1` and `node-2`',
    remedy: 'Add the missing Nodes to the input, or the EndpointSlices of the Service.',
  }),
  'too-many-pods': error({
    meaning: 'The manifests ask for more pods than a cluster can have.',
    example: '`svc2ipt compile -f web.yaml`, with `replicas: 2000000`',
    remedy: 'Lower `replicas`, or compile fewer workloads at once.',
  }),
} as const satisfies CodeTable;
