import { closed, int32, listOf, named, textSchema } from '../../../schema/pieces.ts';
import { objectSchema } from './metadata.ts';

const backend = closed({
  service: closed({ name: textSchema, port: closed({ name: textSchema, number: int32 }) }),
  resource: closed({ apiGroup: textSchema, kind: textSchema, name: textSchema }),
  // Those of v1beta1: the rules say what stands in their place.
  ...named('serviceName servicePort'),
});

/** networking.k8s.io/v1 Ingress. */
export const ingressSchema = objectSchema({
  spec: closed({
    ingressClassName: textSchema,
    defaultBackend: backend,
    rules: listOf(
      closed({
        host: textSchema,
        http: closed({ paths: listOf(closed({ path: textSchema, pathType: textSchema, backend })) }),
      }),
    ),
    tls: listOf(closed({ hosts: listOf(textSchema), secretName: textSchema })),
  }),
  ...named('status'),
});
