import {
  closed,
  flagSchema,
  int32,
  int32OrText,
  listOf,
  textMapSchema,
  textSchema,
} from '../../../schema/pieces.ts';
import { conditionSchema, objectSchema } from './metadata.ts';

/** One of `spec.ports`. */
export const servicePortSchema = closed({
  name: textSchema,
  protocol: textSchema,
  appProtocol: textSchema,
  port: int32,
  targetPort: int32OrText,
  nodePort: int32,
});

/** `spec` */
export const serviceSpecSchema = closed({
  ports: listOf(servicePortSchema),
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

/** One of `status.loadBalancer.ingress`. */
export const ingressSchema = closed({
  ip: textSchema,
  hostname: textSchema,
  ipMode: textSchema,
  ports: listOf(closed({ port: int32, protocol: textSchema, error: textSchema })),
});

/** v1 Service. */
export const serviceSchema = objectSchema({
  spec: serviceSpecSchema,
  status: closed({
    loadBalancer: closed({ ingress: listOf(ingressSchema) }),
    conditions: listOf(conditionSchema),
  }),
});
