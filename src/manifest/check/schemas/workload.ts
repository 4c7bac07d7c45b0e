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
} from '../../../schema/pieces.ts';
import { labelSelectorSchema, objectSchema } from './metadata.ts';
import { cronJobSpecSchema, jobSpecSchema, podSpecSchema, podTemplateSchema } from './pod-spec.ts';

/** The status of a Pod. */
export const podStatusSchema = open({
  phase: textSchema,
  podIP: textSchema,
  podIPs: listOf(open({ ip: textSchema })),
  conditions: listOf(open({ type: textSchema, status: textSchema })),
});

/** v1 Pod. */
export const podSchema = objectSchema({ spec: podSpecSchema, status: podStatusSchema });

const SCALE = { replicas: int32 };

const workload = <const Selector extends Schema, const Own extends Properties>(
  selector: Selector,
  own: Own,
  others: string,
) =>
  objectSchema({
    spec: closed({ ...own, selector, template: podTemplateSchema, ...named(others) }),
    status: anything,
  });

/** apps/v1 Deployment, StatefulSet and ReplicaSet. */
export const workloadSchemas = {
  Deployment: workload(
    labelSelectorSchema,
    SCALE,
    'minReadySeconds paused progressDeadlineSeconds revisionHistoryLimit strategy',
  ),
  StatefulSet: workload(
    labelSelectorSchema,
    { ...SCALE, serviceName: textSchema },
    'minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy revisionHistoryLimit ' +
      'updateStrategy volumeClaimTemplates',
  ),
  ReplicaSet: workload(labelSelectorSchema, SCALE, 'minReadySeconds'),
};

/** apps/v1 DaemonSet, which has a pod on each Node. */
export const daemonSetSchema = workload(
  labelSelectorSchema,
  {},
  'minReadySeconds revisionHistoryLimit updateStrategy',
);

/** v1 ReplicationController, whose selector is a plain map. */
export const replicationControllerSchema = workload(textMapSchema, SCALE, 'minReadySeconds');

/** batch/v1 Job. */
export const jobSchema = objectSchema({ spec: jobSpecSchema, status: anything });

/** batch/v1 CronJob. */
export const cronJobSchema = objectSchema({ spec: cronJobSpecSchema, status: anything });

/** The spec of a HorizontalPodAutoscaler. */
export const autoscalerSpecSchema = open({
  scaleTargetRef: open({ kind: textSchema, name: textSchema, apiVersion: textSchema }),
  minReplicas: int32,
  maxReplicas: int32,
});

/** autoscaling/v1 and v2 HorizontalPodAutoscaler. */
export const autoscalerSchema = objectSchema({ spec: autoscalerSpecSchema, status: anything });
