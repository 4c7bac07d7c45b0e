/** The resources that kube-proxy reads, and where the API server has them. */

/** A resource of the API. */
export interface ApiResource {
  /** In paths and in roles. */
  readonly name: 'services' | 'endpointslices' | 'endpoints' | 'nodes';
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

const SERVICES: ApiResource = {
  name: 'services',
  group: '',
  version: 'v1',
  kind: 'Service',
  isNamespaced: true,
};
const NODES: ApiResource = { name: 'nodes', group: '', version: 'v1', kind: 'Node', isNamespaced: false };
const ENDPOINTS: ApiResource = { ...SERVICES, name: 'endpoints', kind: 'Endpoints' };
const SLICES: ApiResource = {
  name: 'endpointslices',
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  isNamespaced: true,
};

/**
 * What is read. Of each row the first that the server has: EndpointSlices are v1 since Kubernetes 1.21 and v1beta1
 * since 1.17; before that there are only Endpoints. ServiceCIDRs and pods are not read: kube-proxy does not read them
 * either.
 */
export const WANTED: readonly (readonly ApiResource[])[] = [
  [SERVICES],
  [SLICES, { ...SLICES, version: 'v1beta1' }, ENDPOINTS],
  [NODES],
];

/** `discovery.k8s.io/v1` */
export const apiVersionOf = ({ group, version }: ApiResource): string =>
  group === '' ? version : `${group}/${version}`;

/** Where the server lists the objects of all namespaces. */
export const pathOf = (resource: ApiResource): string =>
  `/${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}/${resource.name}`;

/** As roles and kubectl name it: `endpointslices.discovery.k8s.io`. */
export const fullNameOf = ({ name, group }: ApiResource): string =>
  group === '' ? name : `${name}.${group}`;
