import {
  type Schema,
  closed,
  flagSchema,
  int32,
  int32OrText,
  listOf,
  textMapSchema,
  textSchema,
} from '../schema.ts';
import { conditionSchema, objectSchema } from './metadata.ts';

const port = closed({
  name: textSchema,
  protocol: textSchema,
  appProtocol: textSchema,
  port: int32,
  targetPort: int32OrText,
  nodePort: int32,
});

const spec = closed({
  ports: listOf(port),
  selector: textMapSchema,
  clusterIP: textSchema,
  clusterIPs: listOf(textSchema),
  type: textSchema,
  externalIPs: listOf(textSchema),
  sessionAffinity: textSchema,
  loadBalancerIP: textSchema,
  loadBalancerSourceRanges: listOf(textSchema),
  externalName: textSchema,
  externalTrafficPolicy: textSchema,
  healthCheckNodePort: int32,
  publishNotReadyAddresses: flagSchema,
  sessionAffinityConfig: closed({ clientIP: closed({ timeoutSeconds: int32 }) }),
  ipFamilies: listOf(textSchema),
  ipFamilyPolicy: textSchema,
  allocateLoadBalancerNodePorts: flagSchema,
  loadBalancerClass: textSchema,
  internalTrafficPolicy: textSchema,
  trafficDistribution: textSchema,
  topologyKeys: listOf(textSchema),
});

const ingress = closed({
  ip: textSchema,
  hostname: textSchema,
  ipMode: textSchema,
  ports: listOf(closed({ port: int32, protocol: textSchema, error: textSchema })),
});

/** v1 Service. */
export const serviceSchema: Schema = objectSchema({
  spec,
  status: closed({ loadBalancer: closed({ ingress: listOf(ingress) }), conditions: listOf(conditionSchema) }),
});
