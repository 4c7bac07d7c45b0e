/**
 * Labels that pods get from something other than a manifest: a controller, an operator, the installer of the
 * cluster.
 */

type Labels = Readonly<Record<string, string>>;

/**
 * The parts of a control plane, which run as static pods or are set up together with the cluster. (kubeadm,
 * 1.36)
 */
const CONTROL_PLANE: ReadonlySet<string> = new Set([
  'kube-apiserver',
  'kube-scheduler',
  'kube-controller-manager',
  'cloud-controller-manager',
  'etcd',
  'kube-proxy',
  'kube-dns',
]);

/**
 * Where installers write the name of a part: `component` by kubeadm, the others by kubespray, k3s, kops and
 * others.
 */
const COMPONENT_KEYS: ReadonlySet<string> = new Set([
  'component',
  'k8s-app',
  'app.kubernetes.io/name',
  'app.kubernetes.io/component',
]);

/** Keys without a domain that controllers and operators give to the pods they make. */
const GIVEN_KEYS: ReadonlySet<string> = new Set([
  // Job, Deployment and DaemonSet controllers.
  'job-name',
  'controller-uid',
  'pod-template-hash',
  'controller-revision-hash',
  // OpenShift's DeploymentConfig.
  'deploymentconfig',
  // prometheus-operator.
  'prometheus',
  'alertmanager',
  'thanos-ruler',
  // postgres-operator and other users of Patroni.
  'spilo-role',
  'cluster-name',
  // Vault, which labels its own pods.
  'vault-active',
  'vault-initialized',
  'vault-sealed',
  'vault-perf-standby',
  // redis-operator, Rook.
  'redisfailovers-role',
  'rook_cluster',
  'ceph_daemon_type',
]);

/** Keys of Kubernetes' own domains that controllers set. */
const GIVEN_OWN_KEYS: ReadonlySet<string> = new Set([
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/controller-uid',
  'gateway.networking.k8s.io/gateway-name',
]);

/** Labels with values that are known to be set by one program. */
const GIVEN_PAIRS: ReadonlySet<string> = new Set([
  'tier: control-plane',
  'application: spilo',
  'istio: ingressgateway',
  'istio: egressgateway',
]);

/** What Patroni and the like write on the pods of a database once they know which of them leads. */
const LEADER_PAIRS: ReadonlySet<string> = new Set([
  'role: master',
  'role: primary',
  'role: leader',
  'role: replica',
]);

const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** Domains whose labels people write into manifests themselves. */
const isCommonDomain = (domain: string): boolean => /(^|\.)(kubernetes\.io|k8s\.io|helm\.sh)$/.test(domain);

/**
 * Tells whether a selector names a label that controllers or operators set, so that no manifest shows what it
 * selects. A key of a foreign domain (`strimzi.io/cluster`) counts if no object of the input has it
 * (`isBorne`).
 */
export function selectsByLabelOfOthers(
  namespace: string,
  selector: Labels,
  isBorne: (key: string) => boolean,
): boolean {
  return Object.entries(selector).some(([key, value]) => {
    if (namespace === 'kube-system' && COMPONENT_KEYS.has(key) && CONTROL_PLANE.has(value)) return true;
    if (GIVEN_OWN_KEYS.has(key) || GIVEN_PAIRS.has(`${key}: ${value}`)) return true;
    if (key === MANAGED_BY) return value.endsWith('operator');
    if (isBorne(key)) return false;
    const slash = key.indexOf('/');
    if (slash !== -1) return !isCommonDomain(key.slice(0, slash));
    return GIVEN_KEYS.has(key) || LEADER_PAIRS.has(`${key}: ${value}`);
  });
}
