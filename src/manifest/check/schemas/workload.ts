import {
  type Schema,
  anything,
  closed,
  flagSchema,
  int32,
  listOf,
  open,
  textMapSchema,
  textSchema,
} from '../schema.ts';
import { labelSelectorSchema, metadataSchema, objectSchema } from './metadata.ts';

const container = open({
  name: textSchema,
  restartPolicy: textSchema,
  ports: listOf(
    closed({
      name: textSchema,
      hostPort: int32,
      containerPort: int32,
      protocol: textSchema,
      hostIP: textSchema,
    }),
  ),
});

const podSpec = open({
  nodeName: textSchema,
  nodeSelector: textMapSchema,
  hostNetwork: flagSchema,
  hostname: textSchema,
  subdomain: textSchema,
  containers: listOf(container),
  initContainers: listOf(container),
});

const template = closed({ metadata: metadataSchema, spec: podSpec });

/** v1 Pod. */
export const podSchema: Schema = objectSchema({
  spec: podSpec,
  status: open({
    phase: textSchema,
    podIP: textSchema,
    podIPs: listOf(open({ ip: textSchema })),
    conditions: listOf(open({ type: textSchema, status: textSchema })),
  }),
});

const workload = (selector: Schema): Schema =>
  objectSchema({ spec: open({ replicas: int32, selector, template }), status: anything });

/** apps/v1 Deployment, StatefulSet, DaemonSet and ReplicaSet. */
export const workloadSchema: Schema = workload(labelSelectorSchema);

/** v1 ReplicationController, whose selector is a plain map. */
export const replicationControllerSchema: Schema = workload(textMapSchema);

/** autoscaling/v1 and v2 HorizontalPodAutoscaler. */
export const autoscalerSchema: Schema = objectSchema({
  spec: open({
    scaleTargetRef: open({ kind: textSchema, name: textSchema, apiVersion: textSchema }),
    minReplicas: int32,
    maxReplicas: int32,
  }),
  status: anything,
});
