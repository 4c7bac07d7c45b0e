/** Objects of a small cluster, as an API server holds them. */
import { type ApiObject } from './api-server.ts';

const two = (number: number): readonly [number, number] => [number >> 8, number & 255];

/** A Service of type ClusterIP; each number gives another. */
export function service(number: number, port = 80): ApiObject {
  const [high, low] = two(number + 10);
  return {
    metadata: {
      name: `web-${number}`,
      namespace: 'shop',
      uid: `0000-${number}`,
      managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"secret":"of nobody"}' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: `10.96.${high}.${low}`,
      clusterIPs: [`10.96.${high}.${low}`],
      ports: [{ name: 'http', port, protocol: 'TCP', targetPort: 8080 }],
    },
    status: { loadBalancer: {} },
  };
}

/** The EndpointSlice of that Service, with one endpoint. */
export function slice(number: number): ApiObject {
  const [high, low] = two(number + 10);
  return {
    metadata: {
      name: `web-${number}-abc`,
      namespace: 'shop',
      labels: { 'kubernetes.io/service-name': `web-${number}` },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [`10.244.${high}.${low}`], conditions: { ready: true }, nodeName: 'node-1' }],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
}

export const node = (name: string, address = '192.0.2.1'): ApiObject => ({
  metadata: { name },
  spec: { podCIDR: '10.244.0.0/24' },
  status: {
    addresses: [{ type: 'InternalIP', address }],
    images: [{ names: ['registry.example/long-name'], sizeBytes: 1 }],
  },
});

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** A cluster of so many Services. */
export const clusterOf = (
  count: number,
): Record<'services' | 'endpointslices' | 'nodes', readonly ApiObject[]> => ({
  services: numbers(count).map((number) => service(number)),
  endpointslices: numbers(count).map(slice),
  nodes: [node('node-1')],
});

/** The same as `kubectl get services,endpointslices,nodes -A -o json` prints it. */
export const asKubectl = (objects: Readonly<Record<string, readonly ApiObject[]>>): string => {
  const kinds: Readonly<Record<string, readonly [string, string]>> = {
    services: ['v1', 'Service'],
    endpointslices: ['discovery.k8s.io/v1', 'EndpointSlice'],
    nodes: ['v1', 'Node'],
  };
  const items = Object.entries(objects).flatMap(([resource, all]) => {
    const [apiVersion, kind] = kinds[resource] ?? [];
    return all.map((object) => ({ apiVersion, kind, ...object }));
  });
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2);
};
