import { type Endpoint, type EndpointSlice, type Protocol, type Service } from '../manifest/types.ts';
import { canonicalIp } from '../text/ip.ts';
import { dashedAddress } from './dns-name.ts';

/** An address of a headless Service that DNS tells. */
export interface PublishedEndpoint {
  readonly address: string;
  /** The endpoint's own hostname, else one made of its address. */
  readonly hostname: string;
  /** The ports that have a name. */
  readonly ports: readonly { readonly name: string; readonly protocol: Protocol; readonly port: number }[];
}

/** Makes addresses public that are not ready; `publishNotReadyAddresses` came in its place. */
const TOLERATE_UNREADY = 'service.alpha.kubernetes.io/tolerate-unready-endpoints';

/**
 * Returns the endpoints of a headless Service that are ready, or all when the Service publishes addresses that
 * are not ready. (specification, 2.1)
 */
export function publishedEndpoints(
  { metadata, spec }: Service,
  slices: readonly EndpointSlice[],
): readonly PublishedEndpoint[] {
  const all = spec.publishNotReadyAddresses || metadata.annotations[TOLERATE_UNREADY] === 'true';
  return slices
    .filter(({ addressType }) => addressType !== 'FQDN')
    .flatMap((slice) => {
      const ports = namedPorts(slice);
      return slice.endpoints
        .filter(({ conditions }) => all || conditions.ready !== false)
        .flatMap((endpoint) => published(endpoint, ports));
    });
}

const namedPorts = ({ ports }: EndpointSlice): PublishedEndpoint['ports'] =>
  ports.flatMap(({ name, protocol, port }) =>
    name === undefined || name === '' || port === undefined ? [] : [{ name, protocol, port }],
  );

const published = (
  { addresses, hostname }: Endpoint,
  ports: PublishedEndpoint['ports'],
): readonly PublishedEndpoint[] =>
  addresses
    .map(canonicalIp)
    .map((address) => ({ address, hostname: hostname ?? dashedAddress(address), ports }));
