/**
 * Clusters as `kubectl get services,endpointslices` shows them. The same shape gives the same text.
 *
 * @typedef {{ services: number, endpoints: number, types: 'clusterip' | 'mixed' }} Shape
 */

/** The most endpoints that the controller of Kubernetes puts into one slice. */
const SLICE_SIZE = 100;

/**
 * Makes the objects of a cluster: Services with the same number of endpoints each, spread over 100 nodes. Of `mixed`
 * types every tenth is a load balancer and every other fifth a node port.
 *
 * @param {Shape} shape
 * @returns {object[]}
 */
export function clusterObjects({ services, endpoints, types }) {
  const items = [];
  for (let index = 1; index <= services; index++) {
    items.push(service(index, types === 'mixed' ? typeOf(index) : 'ClusterIP'));
    for (let first = 0; first < endpoints; first += SLICE_SIZE) {
      items.push(slice(index, endpoints, first, Math.min(endpoints, first + SLICE_SIZE)));
    }
  }
  return items;
}

/** @param {object[]} items */
export const asJson = (items) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** One YAML document for each object. @param {object[]} items */
export const asYaml = (items) => items.map((item) => `---\n${yamlOf(item, '')}`).join('');

/** One YAML document with a List, as `kubectl get -o yaml` prints it. @param {object[]} items */
export const asYamlList = (items) => yamlOf({ apiVersion: 'v1', items, kind: 'List' }, '');

const typeOf = (index) => (index % 10 === 0 ? 'LoadBalancer' : index % 5 === 0 ? 'NodePort' : 'ClusterIP');
const name = (index) => `service-${index}`;
const namespace = (index) => `team-${index % 50}`;
const clusterIP = (index) => `10.${96 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
const podIP = (pod) => `10.${128 + (pod >> 16)}.${(pod >> 8) & 255}.${pod & 255}`;

function service(index, type) {
  const external = type !== 'ClusterIP';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      creationTimestamp: '2024-05-06T07:08:09Z',
      labels: { app: name(index) },
      name: name(index),
      namespace: namespace(index),
      resourceVersion: String(100000 + index),
    },
    spec: {
      clusterIP: clusterIP(index),
      clusterIPs: [clusterIP(index)],
      ...(external && { externalTrafficPolicy: 'Cluster' }),
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [
        {
          name: 'http',
          // 2,768 node ports do not reach for all Services of larger clusters; the rest goes without.
          ...(external && index / 5 < 2768 && { nodePort: 30000 + index / 5 }),
          port: 80,
          protocol: 'TCP',
          targetPort: 8080,
        },
      ],
      selector: { app: name(index) },
      sessionAffinity: 'None',
      type,
    },
    status: {
      loadBalancer:
        type === 'LoadBalancer'
          ? { ingress: [{ ip: `198.51.${100 + ((index >> 8) & 127)}.${index & 255}` }] }
          : {},
    },
  };
}

function slice(index, endpoints, from, to) {
  return {
    addressType: 'IPv4',
    apiVersion: 'discovery.k8s.io/v1',
    endpoints: Array.from({ length: to - from }, (_, at) => {
      const member = from + at;
      return {
        addresses: [podIP(index * endpoints + member)],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: `node-${(index + member) % 100}`,
        zone: `zone-${member % 3}`,
      };
    }),
    kind: 'EndpointSlice',
    metadata: {
      labels: { 'kubernetes.io/service-name': name(index) },
      name: `${name(index)}-${from / SLICE_SIZE}x7k2p`,
      namespace: namespace(index),
    },
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
}

/** Plain block YAML. Every line ends with a line feed. */
function yamlOf(value, indent) {
  if (Array.isArray(value)) {
    return value.map((item) => `${indent}- ${yamlInside(item, indent).trimStart()}`).join('');
  }
  return Object.entries(value)
    .map(([key, inside]) => {
      if (typeof inside !== 'object') return `${indent}${key}: ${yamlScalar(inside)}\n`;
      if (Object.keys(inside).length === 0) return `${indent}${key}: {}\n`;
      const deeper = Array.isArray(inside) ? indent : `${indent}  `;
      return `${indent}${key}:\n${yamlOf(inside, deeper)}`;
    })
    .join('');
}

const yamlInside = (item, indent) =>
  typeof item === 'object' ? yamlOf(item, `${indent}  `) : `${yamlScalar(item)}\n`;

/** Text that YAML would take for something else stands in quotes. */
const yamlScalar = (value) =>
  typeof value === 'string' && !/^[A-Za-z][\w-]*$|^[\d.]*\.[\d.]*\.[\d.]*$/.test(value)
    ? JSON.stringify(value)
    : String(value);
