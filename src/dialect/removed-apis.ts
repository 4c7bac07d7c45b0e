import { rankOf, type Version } from './version.ts';

/**
 * Versions of Kubernetes' own API that are no longer served, with the release that dropped them.
 * (kubernetes.io/docs/reference/using-api/deprecation-guide)
 */
const REMOVED: readonly (readonly [apiVersion: string, kinds: string, since: Version])[] = [
  ['extensions/v1beta1', 'DaemonSet Deployment ReplicaSet NetworkPolicy PodSecurityPolicy', '1.16'],
  ['apps/v1beta1', 'Deployment StatefulSet ControllerRevision', '1.16'],
  ['apps/v1beta2', 'DaemonSet Deployment ReplicaSet StatefulSet ControllerRevision', '1.16'],
  ['extensions/v1beta1', 'Ingress', '1.22'],
  ['networking.k8s.io/v1beta1', 'Ingress IngressClass', '1.22'],
  [
    'admissionregistration.k8s.io/v1beta1',
    'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
    '1.22',
  ],
  ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', '1.22'],
  ['apiregistration.k8s.io/v1beta1', 'APIService', '1.22'],
  ['authentication.k8s.io/v1beta1', 'TokenReview', '1.22'],
  ['certificates.k8s.io/v1beta1', 'CertificateSigningRequest', '1.22'],
  ['coordination.k8s.io/v1beta1', 'Lease', '1.22'],
  ['rbac.authorization.k8s.io/v1beta1', 'ClusterRole ClusterRoleBinding Role RoleBinding', '1.22'],
  ['rbac.authorization.k8s.io/v1alpha1', 'ClusterRole ClusterRoleBinding Role RoleBinding', '1.23'],
  ['scheduling.k8s.io/v1beta1', 'PriorityClass', '1.22'],
  ['storage.k8s.io/v1beta1', 'CSIDriver CSINode StorageClass VolumeAttachment', '1.22'],
  ['batch/v1beta1', 'CronJob', '1.25'],
  ['batch/v2alpha1', 'CronJob', '1.21'],
  ['discovery.k8s.io/v1beta1', 'EndpointSlice', '1.25'],
  ['events.k8s.io/v1beta1', 'Event', '1.25'],
  ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', '1.25'],
  ['policy/v1beta1', 'PodDisruptionBudget PodSecurityPolicy', '1.25'],
  ['node.k8s.io/v1beta1', 'RuntimeClass', '1.25'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', '1.26'],
  ['flowcontrol.apiserver.k8s.io/v1beta1', 'FlowSchema PriorityLevelConfiguration', '1.26'],
  ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', '1.27'],
  ['flowcontrol.apiserver.k8s.io/v1beta2', 'FlowSchema PriorityLevelConfiguration', '1.29'],
  ['flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema PriorityLevelConfiguration', '1.32'],
];

const SINCE: ReadonlyMap<string, Version> = new Map(
  REMOVED.flatMap(([apiVersion, kinds, since]) =>
    kinds.split(' ').map((kind) => [`${apiVersion} ${kind}`, since] as const),
  ),
);

/**
 * The release that stopped serving the kind in that apiVersion; undefined when the API server of `version` still does.
 */
export function removedSince(apiVersion: string, kind: string, version: Version): Version | undefined {
  const since = SINCE.get(`${apiVersion} ${kind}`);
  return since !== undefined && rankOf(version) >= rankOf(since) ? since : undefined;
}
