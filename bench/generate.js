/**
 * A cluster as `kubectl get services,endpointslices -o json` shows it: `services` Services with ten endpoints each,
 * every tenth a load balancer, every fifth a node port, spread over 100 nodes. The same numbers give the same text.
 *
 * @param {number} services
 * @returns {string} one JSON List
 */
export function clusterJson(services) {
  const items = [];
  for (let index = 1; index <= services; index++) items.push(service(index), slice(index));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

const ENDPOINTS = 10;

const name = (index) => `service-${index}`;
const namespace = (index) => `team-${index % 50}`;
const clusterIP = (index) => `10.${96 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
const podIP = (pod) => `10.${128 + (pod >> 16)}.${(pod >> 8) & 255}.${pod & 255}`;

function service(index) {
  const type = index % 10 === 0 ? 'LoadBalancer' : index % 5 === 0 ? 'NodePort' : 'ClusterIP';
  const external = type !== 'ClusterIP';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: name(index), namespace: namespace(index), labels: { app: name(index) } },
    spec: {
      type,
      clusterIP: clusterIP(index),
      clusterIPs: [clusterIP(index)],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ...(external && { externalTrafficPolicy: 'Cluster' }),
      selector: { app: name(index) },
      ports: [
        {
          name: 'http',
          protocol: 'TCP',
          port: 80,
          targetPort: 8080,
          // 2,768 node ports do not reach for 2,000 of 10,000 Services of larger runs; those go without.
          ...(external && index / 5 < 2768 && { nodePort: 30000 + index / 5 }),
        },
      ],
    },
    status: {
      loadBalancer:
        type === 'LoadBalancer'
          ? { ingress: [{ ip: `198.51.${100 + ((index >> 8) & 127)}.${index & 255}` }] }
          : {},
    },
  };
}

function slice(index) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name(index)}-x7k2p`,
      namespace: namespace(index),
      labels: { 'kubernetes.io/service-name': name(index) },
    },
    addressType: 'IPv4',
    endpoints: Array.from({ length: ENDPOINTS }, (_, member) => ({
      addresses: [podIP(index * ENDPOINTS + member)],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: `node-${(index + member) % 100}`,
      zone: `zone-${member % 3}`,
    })),
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
  };
}
