import { type CodeTable, error, warning } from './code-text.ts';
import { REFERENCE_CODES } from './reference-codes.ts';
import { SERVICE_CODES } from './service-codes.ts';
import { SWITCH_CODES } from './switch-codes.ts';

/** What can be wrong with one object, whatever else the manifests hold. */
const OBJECT_CODES = {
  'api-invalid': error({
    meaning: 'The API server refuses the object.',
    example: '`port: 80000`',
    remedy: 'Correct the value; the message says what the API server takes.',
  }),
  'removed-api': error({
    meaning: 'The API server of that release does not serve the version of the kind any more.',
    example: '`apiVersion: networking.k8s.io/v1beta1` of an `Ingress`',
    remedy: 'Move the object to a served version, or name the release with `--kube-proxy-version`.',
  }),
  'duplicate-object': error({
    meaning: 'The object is defined twice, and only the one applied last counts.',
    example: 'two `Service` documents with `name: web` in one namespace',
    remedy: 'Remove one of the two, or give it another name or namespace.',
  }),
  'duplicate-key': warning({
    meaning: 'Of a key that is there twice, kubectl takes the last and drops the rest.',
    example: '`type: ClusterIP` and `type: NodePort` in one `spec`',
    remedy: 'Keep one of the two.',
  }),
  'unknown-field': warning({
    meaning: 'The API server drops a field that it does not know.',
    example: '`targetport: 8080`',
    remedy: 'Correct the name of the field, or remove it.',
  }),
  'value-out-of-range': warning({
    meaning: 'The API server refuses it unless its ranges are set otherwise.',
    example: '`nodePort: 8080`',
    remedy:
      'Take a value of the range, or tell the ranges of the cluster to `compile` with `--service-cidr` and `--service-node-port-range`.',
  }),
} as const satisfies CodeTable;

/** The findings of lint, in the order of README's table. `compile` and `diff` report some of them, too. */
export const LINT_CODES = { ...OBJECT_CODES, ...SERVICE_CODES, ...REFERENCE_CODES, ...SWITCH_CODES } as const;

/** In kebab-case. A code never changes, because other programs filter by it. */
export type FindingCode = keyof typeof LINT_CODES;

/** All codes, in the order of README's table. */
export const FINDING_CODES = Object.keys(LINT_CODES) as readonly FindingCode[];
