/** Every field of a pod's spec by name, so that a misspelt field is reported. (api/core/v1 PodSpec, 1.36) */
import {
  anything,
  closed,
  flagSchema,
  int32,
  int32OrText,
  listOf,
  named,
  textMapSchema,
  textSchema,
  unread,
} from '../../../schema/pieces.ts';
import { metadataSchema } from './metadata.ts';

const keyRef = closed({ name: textSchema, key: textSchema, optional: flagSchema });

const env = closed({
  name: textSchema,
  value: textSchema,
  valueFrom: closed({
    configMapKeyRef: keyRef,
    secretKeyRef: keyRef,
    fieldRef: closed(named('apiVersion fieldPath')),
    resourceFieldRef: closed(named('containerName divisor resource')),
    ...named('fileKeyRef'),
  }),
});

const sourceRef = closed({ name: textSchema, optional: flagSchema });

const handlers = {
  exec: closed({ command: listOf(textSchema) }),
  httpGet: closed({
    host: textSchema,
    path: textSchema,
    port: int32OrText,
    scheme: textSchema,
    httpHeaders: listOf(closed({ name: textSchema, value: textSchema })),
  }),
  tcpSocket: closed({ host: textSchema, port: int32OrText }),
};

const probe = closed({
  ...handlers,
  grpc: closed({ port: int32, service: textSchema }),
  initialDelaySeconds: int32,
  periodSeconds: int32,
  timeoutSeconds: int32,
  successThreshold: int32,
  failureThreshold: int32,
  ...named('terminationGracePeriodSeconds'),
});

const handler = closed({ ...handlers, ...named('sleep') });

const resources = closed(named('claims limits requests'));

const containerSecurity = closed(
  named(
    'allowPrivilegeEscalation appArmorProfile capabilities privileged procMount readOnlyRootFilesystem runAsGroup ' +
      'runAsNonRoot runAsUser seLinuxOptions seccompProfile windowsOptions',
  ),
);

const podSecurity = closed(
  named(
    'appArmorProfile fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy seLinuxOptions ' +
      'seccompProfile supplementalGroups supplementalGroupsPolicy sysctls windowsOptions',
  ),
);

/** A port of a container. */
export const containerPortSchema = closed({
  name: textSchema,
  hostPort: int32,
  containerPort: int32,
  protocol: textSchema,
  hostIP: textSchema,
});

const containerFields = {
  name: textSchema,
  restartPolicy: textSchema,
  ports: listOf(containerPortSchema),
  ...unread({
    image: textSchema,
    imagePullPolicy: textSchema,
    command: listOf(textSchema),
    args: listOf(textSchema),
    workingDir: textSchema,
    env: listOf(env),
    envFrom: listOf(closed({ prefix: textSchema, configMapRef: sourceRef, secretRef: sourceRef })),
    resources,
    volumeMounts: listOf(
      closed(named('mountPath mountPropagation name readOnly recursiveReadOnly subPath subPathExpr')),
    ),
    volumeDevices: listOf(closed(named('devicePath name'))),
    startupProbe: probe,
    readinessProbe: probe,
    livenessProbe: probe,
    lifecycle: closed({ postStart: handler, preStop: handler, stopSignal: textSchema }),
    securityContext: containerSecurity,
  }),
  ...named(
    'resizePolicy restartPolicyRules stdin stdinOnce terminationMessagePath terminationMessagePolicy tty',
  ),
};

/** A container. */
export const containerSchema = closed(containerFields);

const volume = closed({
  configMap: closed(named('defaultMode items name optional')),
  secret: closed(named('defaultMode items optional secretName')),
  emptyDir: closed(named('medium sizeLimit')),
  hostPath: closed(named('path type')),
  persistentVolumeClaim: closed(named('claimName readOnly')),
  nfs: closed(named('path readOnly server')),
  projected: closed(named('defaultMode sources')),
  ...named(
    'awsElasticBlockStore azureDisk azureFile cephfs cinder csi downwardAPI ephemeral fc flexVolume flocker ' +
      'gcePersistentDisk gitRepo glusterfs image iscsi name photonPersistentDisk portworxVolume quobyte rbd scaleIO ' +
      'storageos vsphereVolume',
  ),
});

/** v1 PodSpec. */
export const podSpecSchema = closed({
  nodeName: textSchema,
  nodeSelector: textMapSchema,
  hostNetwork: flagSchema,
  hostname: textSchema,
  subdomain: textSchema,
  containers: listOf(containerSchema),
  initContainers: listOf(containerSchema),
  ...unread({
    restartPolicy: textSchema,
    ephemeralContainers: listOf(closed({ ...containerFields, ...named('targetContainerName') })),
    volumes: listOf(volume),
    securityContext: podSecurity,
    hostAliases: listOf(closed({ ip: textSchema, hostnames: listOf(textSchema) })),
    imagePullSecrets: listOf(closed({ name: textSchema })),
    affinity: closed(named('nodeAffinity podAffinity podAntiAffinity')),
    tolerations: listOf(closed(named('effect key operator tolerationSeconds value'))),
    dnsConfig: closed(named('nameservers options searches')),
    topologySpreadConstraints: listOf(
      closed(
        named(
          'labelSelector matchLabelKeys maxSkew minDomains nodeAffinityPolicy nodeTaintsPolicy topologyKey whenUnsatisfiable',
        ),
      ),
    ),
  }),
  ...named(
    'activeDeadlineSeconds automountServiceAccountToken dnsPolicy enableServiceLinks hostIPC hostPID hostUsers ' +
      'hostnameOverride os overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims ' +
      'resources runtimeClassName schedulerName schedulingGates schedulingGroup serviceAccount serviceAccountName ' +
      'setHostnameAsFQDN shareProcessNamespace terminationGracePeriodSeconds workloadRef',
  ),
});

/** v1 PodTemplateSpec. */
export const podTemplateSchema = closed({ metadata: metadataSchema, spec: podSpecSchema });

/** The spec of a batch/v1 Job. */
export const jobSpecSchema = closed({
  template: podTemplateSchema,
  selector: anything,
  ...named(
    'activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector ' +
      'maxFailedIndexes parallelism podFailurePolicy podReplacementPolicy successPolicy suspend ttlSecondsAfterFinished',
  ),
});

/** The spec of a batch/v1 CronJob. */
export const cronJobSpecSchema = closed({
  jobTemplate: closed({ metadata: metadataSchema, spec: jobSpecSchema }),
  ...named(
    'concurrencyPolicy failedJobsHistoryLimit schedule startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone',
  ),
});
