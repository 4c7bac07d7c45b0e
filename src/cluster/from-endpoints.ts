import {
  type Endpoint,
  type EndpointAddress,
  type Endpoints,
  type EndpointSlice,
} from '../manifest/types.ts';
import { familyOf, type IpFamily } from '../text/ip.ts';

/**
 * An Endpoints object as the slices that the mirroring controller makes of it: one a subset and family, addresses
 * ready, notReadyAddresses not. (pkg/controller/endpointslicemirroring/reconciler.go, v1.36)
 */
export function slicesFromEndpoints(endpoints: Endpoints): readonly EndpointSlice[] {
  return endpoints.subsets.flatMap((subset, index) =>
    (['IPv4', 'IPv6'] as const).flatMap((family) => {
      const members = [
        ...subset.addresses.filter(isOf(family)).map((address) => member(address, true)),
        ...subset.notReadyAddresses.filter(isOf(family)).map((address) => member(address, false)),
      ];
      if (members.length === 0) return [];
      const name = `${endpoints.metadata.name}-${index}-${family.toLowerCase()}`;
      return [
        {
          kind: 'EndpointSlice',
          metadata: { ...endpoints.metadata, name },
          addressType: family,
          endpoints: members,
          ports: subset.ports,
        } satisfies EndpointSlice,
      ];
    }),
  );
}

const isOf =
  (family: IpFamily) =>
  (address: EndpointAddress): boolean =>
    familyOf(address.ip) === family;

const member = ({ ip, hostname, nodeName }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname !== undefined && { hostname }),
  ...(nodeName !== undefined && { nodeName }),
});
