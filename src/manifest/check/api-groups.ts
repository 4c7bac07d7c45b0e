/**
 * The API groups of Kubernetes itself. Nobody else can add kinds to them, so a kind that is not in the table does not
 * exist.
 */
import { nearestName } from '../../text/nearest-name.ts';

/** Kinds by group, including those of earlier releases. (api/openapi-spec of Kubernetes 1.1 to 1.36) */
const KINDS_BY_GROUP: Readonly<Record<string, string>> = {
  '':
    'Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume ' +
    'PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  apps: 'ControllerRevision DaemonSet Deployment DeploymentRollback ReplicaSet Scale StatefulSet',
  autoscaling: 'HorizontalPodAutoscaler Scale',
  batch: 'CronJob Job JobTemplate ScheduledJob',
  extensions:
    'DaemonSet Deployment DeploymentRollback HorizontalPodAutoscaler Ingress Job NetworkPolicy PodSecurityPolicy ' +
    'ReplicaSet ReplicationControllerDummy Scale ThirdPartyResource',
  policy: 'Eviction PodDisruptionBudget PodSecurityPolicy',
  'apiextensions.k8s.io': 'ConversionReview CustomResourceDefinition',
  'apiregistration.k8s.io': 'APIService',
  'certificates.k8s.io': 'CertificateSigningRequest ClusterTrustBundle PodCertificateRequest',
  'coordination.k8s.io': 'Lease LeaseCandidate',
  'discovery.k8s.io': 'EndpointSlice',
  'events.k8s.io': 'Event',
  'networking.k8s.io': 'ClusterCIDR IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR',
  'node.k8s.io': 'RuntimeClass',
  'rbac.authorization.k8s.io': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'scheduling.k8s.io': 'PodGroup PriorityClass Workload',
};

const GROUPS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(KINDS_BY_GROUP).map(([group, kinds]) => [group, new Set(kinds.split(' '))]),
);

/** Kinds that only clients have in `v1`, and kinds that the first releases of OpenShift added to it. */
const ALSO_V1: ReadonlySet<string> = new Set(
  (
    'APIGroup APIResourceList APIVersions Config DeleteOptions List Patch PodExecOptions Status Table ' +
    'Build BuildConfig DeploymentConfig Group Identity Image ImageStream ImageStreamTag NetNamespace OAuthClient ' +
    'Project ProjectRequest Route SecurityContextConstraints Template User'
  ).split(' '),
);

/**
 * Explains what is wrong with a kind that the API server cannot know, and at which path. Returns undefined for a kind
 * that exists or may exist: anybody may add kinds to a group with a dot in its name, unless the table has the group.
 */
export function explainUnknownKind(
  apiVersion: string,
  kind: string,
): { readonly field: 'apiVersion' | 'kind'; readonly hint: string } | undefined {
  const slash = apiVersion.indexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  const kinds = GROUPS.get(group);
  if (kinds === undefined) {
    // A group that does not belong to Kubernetes must be a domain with a dot in it.
    return group.includes('.') ? undefined : { field: 'apiVersion', hint: groupHint(group, kind) };
  }
  if (kinds.has(kind) || (group === '' && ALSO_V1.has(kind))) return undefined;
  if (kind.endsWith('List') && kinds.has(kind.slice(0, -'List'.length))) return undefined;
  const home = groupsOf(kind);
  if (home.length > 0) return { field: 'apiVersion', hint: `there is ${kind} in ${home.join(', ')}` };
  const nearest =
    nearestName(kind, kinds) ??
    nearestName(
      kind,
      [...GROUPS.values()].flatMap((all) => [...all]),
    );
  return { field: 'kind', hint: nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}?` };
}

const groupsOf = (kind: string): readonly string[] =>
  [...GROUPS].flatMap(([group, kinds]) =>
    kinds.has(kind) && group !== 'extensions' ? [group === '' ? 'v1' : `${group}/v1`] : [],
  );

function groupHint(group: string, kind: string): string {
  const home = groupsOf(kind);
  if (home.length > 0) return `there is ${kind} in ${home.join(', ')}`;
  const nearest = nearestName(group, GROUPS.keys());
  return nearest === undefined ? '' : `did you mean ${JSON.stringify(nearest)}?`;
}
