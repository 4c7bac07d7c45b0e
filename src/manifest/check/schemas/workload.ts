import { type Workload } from '../../types.ts';
import {
  type Properties,
  type Schema,
  anything,
  closed,
  int32,
  listOf,
  named,
  open,
  textMapSchema,
  textSchema,
} from '../schema.ts';
import { labelSelectorSchema, objectSchema } from './metadata.ts';
import { cronJobSpecSchema, jobSpecSchema, podSpecSchema, podTemplateSchema } from './pod-spec.ts';

/** v1 Pod. */
export const podSchema: Schema = objectSchema({
  spec: podSpecSchema,
  status: open({
    phase: textSchema,
    podIP: textSchema,
    podIPs: listOf(open({ ip: textSchema })),
    conditions: listOf(open({ type: textSchema, status: textSchema })),
  }),
});

const workload = (selector: Schema, others: string, scale: Properties = { replicas: int32 }): Schema =>
  objectSchema({
    spec: closed({ ...scale, selector, template: podTemplateSchema, ...named(others) }),
    status: anything,
  });

/** apps/v1 Deployment, StatefulSet, DaemonSet and ReplicaSet, and v1 ReplicationController with its plain selector. */
export const workloadSchemas: Readonly<Record<Workload['kind'], Schema>> = {
  Deployment: workload(
    labelSelectorSchema,
    'minReadySeconds paused progressDeadlineSeconds revisionHistoryLimit strategy',
  ),
  StatefulSet: workload(
    labelSelectorSchema,
    'minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy revisionHistoryLimit ' +
      'serviceName updateStrategy volumeClaimTemplates',
  ),
  DaemonSet: workload(labelSelectorSchema, 'minReadySeconds revisionHistoryLimit updateStrategy', {}),
  ReplicaSet: workload(labelSelectorSchema, 'minReadySeconds'),
  ReplicationController: workload(textMapSchema, 'minReadySeconds'),
};

/** batch/v1 Job. */
export const jobSchema: Schema = objectSchema({ spec: jobSpecSchema, status: anything });

/** batch/v1 CronJob. */
export const cronJobSchema: Schema = objectSchema({ spec: cronJobSpecSchema, status: anything });

/** autoscaling/v1 and v2 HorizontalPodAutoscaler. */
export const autoscalerSchema: Schema = objectSchema({
  spec: open({
    scaleTargetRef: open({ kind: textSchema, name: textSchema, apiVersion: textSchema }),
    minReplicas: int32,
    maxReplicas: int32,
  }),
  status: anything,
});
