import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with a Service and its endpoints. */
export const SERVICE_CODES = {
  'status-without-load-balancer': warning({
    meaning: 'kube-proxy serves load balancer IPs whatever the type, until a cluster clears them.',
    example: '`status: {loadBalancer: {ingress: [{ip: 203.0.113.1}]}}` and `type: NodePort`',
    remedy: 'Remove `status`, or make the Service one of `type: LoadBalancer`.',
  }),
  'service-selects-nothing': warning({
    meaning: 'The Service has no endpoints, and kube-proxy rejects its traffic.',
    example: '`selector: {app: wbe}`, and the Deployment has `labels: {app: web}`',
    remedy: 'Make the selector equal to labels of the pods; the message names the nearest.',
  }),
  'named-target-port-missing': error({
    meaning: 'The port has no endpoints, as no container has a port of that name.',
    example: '`targetPort: https`, and the container has `name: http` only',
    remedy: 'Take the name or number of a port of the container, with the same protocol.',
  }),
  'endpoint-port-missing': error({
    meaning: 'kube-proxy joins ports of Services and endpoints by name and protocol.',
    example: '`name: mysql` in the Service, `name: sql` in the EndpointSlice',
    remedy: 'Give both ports the same name and protocol.',
  }),
  'endpoints-without-service': warning({
    meaning: 'kube-proxy ignores endpoints that belong to no Service.',
    example: '`kubernetes.io/service-name: bd`, and the Service has `name: db`',
    remedy: 'Correct the label (of Endpoints: the name), or remove the object.',
  }),
  'endpoint-is-cluster-ip': error({
    meaning: 'kube-proxy cannot send traffic on to the cluster IP of a Service.',
    example: '`addresses: [10.96.0.10]` and `clusterIP: 10.96.0.10` of another Service',
    remedy: 'Name the addresses of the pods, or use `type: ExternalName`.',
  }),
  'cluster-ip-conflict': error({
    meaning: 'The API server gives a cluster IP to one Service only.',
    example: '`clusterIP: 10.96.0.10` twice',
    remedy: 'Give one of the two another `clusterIP`, or none.',
  }),
  'node-port-conflict': error({
    meaning: 'The API server gives a node port to one Service only.',
    example: '`nodePort: 30080` in two Services',
    remedy: 'Give one of the two another `nodePort`, or none.',
  }),
  'external-ip-conflict': error({
    meaning: 'Of Services at one address and port, only the first that matches gets traffic.',
    example: '`ip: 203.0.113.1` and `port: 80` in two Services',
    remedy: 'Give one of the two another address or port.',
  }),
  'external-policy-local-without-local-endpoint': warning({
    meaning: 'With externalTrafficPolicy Local a node without an endpoint of its own drops outside traffic.',
    example: '`externalTrafficPolicy: Local`, and all endpoints are on other nodes than `node-1`',
    remedy: 'Run a pod on each node (a DaemonSet), let a health check choose nodes, or use policy Cluster.',
  }),
  'internal-policy-local-without-local-endpoint': warning({
    meaning:
      'With internalTrafficPolicy Local a node without an endpoint of its own drops traffic of its pods.',
    example: '`internalTrafficPolicy: Local`, a Node `node-1`, and `nodeName: node-2` at all endpoints',
    remedy: 'Run a pod on each node (a DaemonSet), or use policy Cluster.',
  }),
  'several-affinity-timeouts': warning({
    meaning: 'A client of the same endpoints is remembered for a different time by each Service.',
    example: '`timeoutSeconds: 600` and `timeoutSeconds: 10800` in two Services of `app: web`',
    remedy: 'Set the same `timeoutSeconds` in all Services of the pods.',
  }),
  'source-ranges-without-load-balancer-ip': warning({
    meaning: 'kube-proxy restricts sources on load balancer IPs only, never on node ports or cluster IPs.',
    example: '`loadBalancerSourceRanges: [198.51.100.0/24]`, and `status` has a `hostname` only',
    remedy: 'Restrict sources at the load balancer or with a NetworkPolicy.',
  }),
} as const satisfies CodeTable;
