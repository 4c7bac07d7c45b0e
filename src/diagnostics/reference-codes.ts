import { type CodeTable, error, warning } from './code-text.ts';

/**
 * Mistakes in references to Services from other objects, DNS and controllers, and in fields without effect.
 */
export const REFERENCE_CODES = {
  'ingress-backend-missing': error({
    meaning: 'The Ingress or route has no Service to send its traffic to.',
    example: '`service: {name: wbe, port: {number: 80}}`, and the Service has `name: web`',
    remedy: 'Correct the name or namespace, or add the Service to the input.',
  }),
  'ingress-port-missing': error({
    meaning: 'The Ingress or route names a port that its Service does not have.',
    example: '`port: {number: 8080}`, and the Service has `port: 80`',
    remedy: 'Name a port of the Service, not of the container.',
  }),
  'webhook-service-missing': error({
    meaning: 'The API server has no Service to call, and refuses what it would ask about.',
    example: '`service: {namespace: shop, name: web-hook}`, and the Service has `name: webhook`',
    remedy: 'Correct the name or namespace, or add the Service to the input.',
  }),
  'webhook-port-missing': error({
    meaning: 'The API server calls a port that the Service does not have.',
    example: '`port: 9443`, and the Service has `port: 443`',
    remedy: 'Name a port of the Service; without one, the API server calls 443.',
  }),
  'hpa-target-missing': error({
    meaning: 'The HorizontalPodAutoscaler has nothing to scale.',
    example: '`kind: Deployment, name: wbe`, and the Deployment has `name: web`',
    remedy: 'Correct kind or name of `scaleTargetRef`, or add the workload to the input.',
  }),
  'stateful-set-service-missing': error({
    meaning: 'Without its Service the pods of a StatefulSet have no DNS names.',
    example: '`serviceName: db-headles`, and the Service has `name: db-headless`',
    remedy: 'Correct `serviceName`, or add a headless Service of that name.',
  }),
  'env-service-missing': warning({
    meaning: 'The container is told to use a Service that does not exist.',
    example: '`http://ap.default.svc.cluster.local:80/v1` in `env`, and the Service has `name: api`',
    remedy: 'Correct the name or namespace, or add the Service to the input.',
  }),
  'env-port-missing': warning({
    meaning: 'The container is told to use a port that the Service does not have.',
    example: '`http://api:8080` in `env`, and the Service has `port: 80`',
    remedy: 'Name a port of the Service, not of the container.',
  }),
  'probe-port-missing': error({
    meaning: 'kubelet looks the name up in the ports of the container itself, and fails.',
    example: '`port: htttp` in a probe, and the container has `name: http`',
    remedy: 'Take the name or number of a port of the same container.',
  }),
  'external-name-is-address': error({
    meaning: 'DNS answers with a name, which an IP address is not.',
    example: '`externalName: 192.0.2.10`',
    remedy: 'Use a Service without selector, and an EndpointSlice with the address.',
  }),
  'topology-mode-unknown': warning({
    meaning: 'The endpoint slice controller gives hints for Auto and nothing else.',
    example: '`service.kubernetes.io/topology-mode: "true"`',
    remedy: 'Write `Auto`, or remove the annotation.',
  }),
  'ignored-field': warning({
    meaning: 'Neither the API server nor kube-proxy looks at the field in such a Service.',
    example: '`sessionAffinity: ClientIP` with `clusterIP: None`, `selector` with `type: ExternalName`',
    remedy: 'Remove the field, or change the type that makes it do nothing.',
  }),
  'deprecated-field': warning({
    meaning: 'It is on its way out of Kubernetes.',
    example: '`externalIPs: [192.0.2.1]`, `trafficDistribution: PreferClose`',
    remedy: 'Use what the message names instead.',
  }),
} as const satisfies CodeTable;
