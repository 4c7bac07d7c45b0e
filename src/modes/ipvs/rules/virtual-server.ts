import { type Features } from '../../../dialect/features.ts';
import { type RealServer, type VirtualServer } from '../../../netfilter/ipvs/model.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyEndpoint } from '../../../proxy/state.ts';
import { inAddressOrder } from '../address-order.ts';
import { type Fact } from './facts.ts';

/** The virtual server of one address of a service port. (syncService, pkg/proxy/ipvs/proxier.go) */
export function virtualServer(
  { ip, port, service, isClusterIp }: Extract<Fact, { kind: 'server' }>,
  realServersOfIt: readonly RealServer[],
  { ipvs }: ProxySettings,
  features: Features,
): VirtualServer {
  if (ipvs === undefined) throw new Error('these are no settings of mode ipvs');
  return {
    address: { kind: 'address', protocol: service.protocol, ip, port },
    scheduler: ipvs.scheduler,
    persistence:
      isClusterIp || features.ipvsAffinity === 'every-address' ? service.affinitySeconds : undefined,
    netmask: undefined,
    schedulerFlags: ipvs.scheduler === 'mh' && features.ipvsMaglevPort ? ['mh-port'] : [],
    options: [],
    realServers: realServersOfIt,
  };
}

/** Endpoints as real servers, by address and port. (syncEndpoint, pkg/proxy/ipvs/proxier.go) */
export const realServers = (endpoints: readonly ProxyEndpoint[]): readonly RealServer[] =>
  inAddressOrder(
    endpoints.toSorted((a, b) => a.port - b.port),
    ({ ip }) => ip,
  ).map(({ ip, port }): RealServer => ({ ip, port, forwarding: 'masquerade', weight: 1, options: [] }));

/** Virtual servers of kube-proxy by address, protocol and port. */
export function inServerOrder(servers: readonly VirtualServer[]): readonly VirtualServer[] {
  const known = servers.flatMap((server) =>
    server.address.kind === 'address' ? [{ ...server.address, server }] : [],
  );
  known.sort((a, b) => (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : a.port - b.port));
  return inAddressOrder(known, ({ ip }) => ip).map(({ server }) => server);
}
