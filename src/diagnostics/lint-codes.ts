import { type CodeTable, error, warning } from './code-text.ts';

/** What a look at manifests can find, in the order of README's table. `compile` and `diff` tell some of it, too. */
export const LINT_CODES = {
  'api-invalid': error('The API server refuses the object.'),
  'removed-api': error('The API server of that release does not serve the version of the kind any more.'),
  'duplicate-object': error('The object is defined twice, and only the one applied last counts.'),
  'duplicate-key': warning('Of a key that is there twice, kubectl takes the last and drops the rest.'),
  'unknown-field': warning('The API server drops a field that it does not know.'),
  'value-out-of-range': warning('The API server refuses it unless its ranges are set otherwise.'),
  'status-without-load-balancer': warning(
    'kube-proxy serves load balancer IPs whatever the type, until a cluster clears them.',
  ),
  'service-selects-nothing': warning('The Service has no endpoints, and kube-proxy rejects its traffic.'),
  'named-target-port-missing': error('The port has no endpoints, as no container has a port of that name.'),
  'endpoint-port-missing': error('kube-proxy joins ports of Services and endpoints by name and protocol.'),
  'endpoints-without-service': warning('kube-proxy leaves endpoints alone whose Service there is not.'),
  'endpoint-is-cluster-ip': error('kube-proxy cannot send traffic on to the cluster IP of a Service.'),
  'cluster-ip-conflict': error('The API server gives a cluster IP to one Service only.'),
  'node-port-conflict': error('The API server gives a node port to one Service only.'),
  'external-ip-conflict': error(
    'Of Services at one address and port, only the first that matches gets traffic.',
  ),
  'external-policy-local-without-local-endpoint': warning(
    'With externalTrafficPolicy Local a node without an endpoint of its own drops outside traffic.',
  ),
  'internal-policy-local-without-local-endpoint': warning(
    'With internalTrafficPolicy Local a node without an endpoint of its own drops traffic of its pods.',
  ),
  'several-affinity-timeouts': warning(
    'A client of the same endpoints is remembered for a different time by each Service.',
  ),
  'source-ranges-without-load-balancer-ip': warning(
    'kube-proxy restricts sources on load balancer IPs only, never on node ports or cluster IPs.',
  ),
  'ingress-backend-missing': error('The Ingress or route has no Service to send its traffic to.'),
  'ingress-port-missing': error('The Ingress or route names a port that its Service does not have.'),
  'webhook-service-missing': error(
    'The API server has no Service to call, and refuses what it would ask about.',
  ),
  'webhook-port-missing': error('The API server calls a port that the Service does not have.'),
  'hpa-target-missing': error('The HorizontalPodAutoscaler has nothing to scale.'),
  'stateful-set-service-missing': error('Without its Service the pods of a StatefulSet have no DNS names.'),
  'env-service-missing': warning('The container is told to use a Service that there is not.'),
  'env-port-missing': warning('The container is told to use a port that the Service does not have.'),
  'probe-port-missing': error('kubelet looks the name up in the ports of the container itself, and fails.'),
  'external-name-is-address': error('DNS answers with a name, which an IP address is not.'),
  'topology-mode-unknown': warning('The endpoint slice controller gives hints for Auto and nothing else.'),
  'ignored-field': warning('Neither the API server nor kube-proxy looks at the field in such a Service.'),
  'deprecated-field': warning('It is on its way out of Kubernetes.'),
} as const satisfies CodeTable;

/** In kebab-case; fixed, for other programs filter by it. */
export type FindingCode = keyof typeof LINT_CODES;

/** All codes, in the order of README's table. */
export const FINDING_CODES = Object.keys(LINT_CODES) as readonly FindingCode[];
