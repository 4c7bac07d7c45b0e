import { type CodeTable, error, warning } from './code-text.ts';

/** What can come up where values are filled in that only a cluster assigns. */
export const CLUSTER_CODES = {
  'stand-in': warning('A value that only a cluster assigns is missing, and another stands in for it.'),
  'value-missing': error('A value that only a cluster assigns is missing, and --require-assigned wants it.'),
  'pool-exhausted': error('There are not enough addresses or ports to draw stand-ins from.'),
  'pool-missing': error('There is no network of the IP family to draw stand-ins from.'),
  'pin-displaced': warning('A value of the assignments file is set for something else in the manifests.'),
  'assignments-invalid': error('The assignments file is not as svc2ipt writes it.'),
  'pods-left-out': warning('A Service selects pods that do not become endpoints.'),
  'too-many-pods': error('The manifests ask for more pods than a cluster can have.'),
} as const satisfies CodeTable;
