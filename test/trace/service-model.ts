/**
 * What Services and EndpointSlices say of a packet, worked out from the manifests of a captured case alone: no rule and
 * no code of svc2ipt has a part in it, so that it cannot share their mistakes. It speaks for the newest release.
 */
import { existsSync, readFileSync } from 'node:fs';
import { BlockList, isIPv6 } from 'node:net';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** A packet as a file of packets names it. */
export interface ModelPacket {
  readonly from: string;
  readonly local?: boolean;
  readonly inInterface?: string;
  readonly to: string;
}

/** What becomes of it: every endpoint is as likely as the others. */
export interface ModelAnswer {
  readonly verdict: 'DNAT' | 'REJECT' | 'DROP' | 'ACCEPT';
  readonly endpoints: readonly string[];
  readonly masquerade: boolean;
}

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
  readonly ready: boolean;
  readonly lastResort: boolean;
  readonly local: boolean;
  readonly zones: readonly string[] | undefined;
  readonly nodes: readonly string[] | undefined;
}

export interface Portal {
  readonly kind: 'cluster' | 'external' | 'balancer' | 'node';
  readonly ip: string | undefined;
  readonly port: number;
  readonly protocol: string;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  readonly sourceRanges: readonly string[];
  readonly endpoints: readonly Endpoint[];
  /** The Service has addresses for clients outside the cluster. */
  readonly isExternal: boolean;
  readonly healthCheck: number | undefined;
}

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-return -- YAML as it comes */
export class ServiceModel {
  readonly portals: readonly Portal[];
  protected readonly config: any;
  protected readonly node: any;
  protected readonly addresses: readonly string[];
  readonly #isIPv6: boolean;
  /** Mode nftables answers some packets otherwise than mode iptables. */
  readonly #isNftables: boolean;

  /** `configFolder` is where kube-proxy's configuration is, when it is not with the manifests. */
  constructor(folder: string, addresses: readonly string[], family: 'IPv4' | 'IPv6', configFolder = folder) {
    const file = ['manifests.yaml', 'manifests.json'].find((name) => existsSync(join(folder, name)));
    const objects: any[] = parseAllDocuments(readFileSync(join(folder, file ?? ''), 'utf8'))
      .map((document) => document.toJS())
      .flatMap((object) => object?.items ?? object ?? []);
    this.config = parse(readFileSync(join(configFolder, 'kube-proxy.yaml'), 'utf8'));
    this.#isIPv6 = family === 'IPv6';
    this.#isNftables = this.config.mode === 'nftables';
    this.addresses = addresses.filter((ip) => isIPv6(ip) === this.#isIPv6);
    this.node = objects.find(({ kind, metadata }) => kind === 'Node' && metadata.name === 'node-1');
    const slices = objects.filter(({ kind }) => kind === 'EndpointSlice');
    this.portals = objects
      .filter(({ kind }) => kind === 'Service')
      .flatMap((service) => this.#portalsOf(service, slices));
  }

  /** What becomes of a packet. */
  answer(packet: ModelPacket): ModelAnswer {
    const [, ip = '', port = '', protocol = ''] = /^\[?(.*?)\]?:(\d+)\/(\w+)$/.exec(packet.to) ?? [];
    const found = this.portals.filter(
      (portal) =>
        portal.port === Number(port) &&
        portal.protocol === protocol &&
        (portal.ip === undefined ? this.isOwn(ip) : portal.ip === ip),
    );
    // An address of its own beats a node port.
    const portal = found.find((candidate) => candidate.ip !== undefined) ?? found[0];
    if (portal !== undefined) return this.#answerOf(portal, packet, ip);
    // Mode nftables rejects what goes to other ports of cluster IPs.
    const isClusterIP = this.portals.some((other) => other.kind === 'cluster' && other.ip === ip);
    return this.#isNftables && isClusterIP ? REJECTED : PASSES;
  }

  #answerOf(portal: Portal, packet: ModelPacket, ip: string): ModelAnswer {
    if (this.#isNftables) {
      if (portal.kind === 'node' && !this.#servesNodePorts(ip)) return PASSES;
      // The source is asked for ahead of everything else.
      if (this.#isRefused(portal, packet)) return DROPPED;
    }
    const cluster = this.clusterEndpoints(portal.endpoints);
    const local = bestOf(portal.endpoints.filter((endpoint) => endpoint.local));
    const usesLocal = portal.internalLocal || portal.externalLocal;
    if (cluster.length === 0 && !(usesLocal && local.length > 0)) {
      // What leaves the node for addresses of others passes OUTPUT, where kube-proxy rejects for cluster IPs only.
      const leaves = packet.local === true && portal.kind !== 'cluster' && !this.isOwn(ip);
      return leaves && !this.#isNftables ? PASSES : REJECTED;
    }
    if (portal.kind === 'cluster') {
      const isFar = this.#masqueradesAll() || this.#isFromElsewhere(packet);
      return this.#sent(portal.internalLocal ? local : cluster, packet, isFar);
    }
    return this.#externalAnswer(portal, packet, { ip, cluster, local });
  }

  #externalAnswer(
    portal: Portal,
    packet: ModelPacket,
    { ip, cluster, local }: { ip: string; cluster: readonly Endpoint[]; local: readonly Endpoint[] },
  ): ModelAnswer {
    // Addresses that serve no node ports refuse those that they could not serve, and know no others.
    if (portal.kind === 'node' && !this.#servesNodePorts(ip)) {
      return portal.externalLocal && local.length === 0 ? DROPPED : PASSES;
    }
    if (this.#isRefused(portal, packet)) return DROPPED;
    if (!portal.externalLocal) return this.#sent(cluster, packet, true);
    if (this.isLocalTraffic(packet) === true) return this.#sent(cluster, packet, false);
    if (this.isOwn(packet.from)) return this.#sent(cluster, packet, true);
    return this.#sent(local, packet, false);
  }

  #isRefused({ sourceRanges }: Portal, { from }: ModelPacket): boolean {
    return sourceRanges.length > 0 && !isIn(from, sourceRanges);
  }

  #sent(endpoints: readonly Endpoint[], packet: ModelPacket, isMarked: boolean): ModelAnswer {
    if (endpoints.length === 0) return DROPPED;
    const rewritten = new Set(
      endpoints.map(({ ip, local }) => {
        const leaves = packet.local === true || !this.isOwn(ip);
        return leaves && (isMarked || (ip === packet.from && (local || !this.#isNftables)));
      }),
    );
    const texts = endpoints.map(({ ip, port }) => (isIPv6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`));
    if (rewritten.size > 1) {
      // Only a pod that reaches itself, or the node itself, differs from the others: asked one by one.
      const own = endpoints.map((endpoint) => this.#sent([endpoint], packet, isMarked));
      return {
        ...own[0]!,
        endpoints: own.flatMap((each) => each.endpoints.map((e) => `${e} ${each.masquerade}`)),
      };
    }
    return { verdict: 'DNAT', endpoints: texts, masquerade: rewritten.has(true) };
  }

  #masqueradesAll(): boolean {
    return this.config[this.#isNftables ? 'nftables' : 'iptables']?.masqueradeAll === true;
  }

  #isFromElsewhere(packet: ModelPacket): boolean {
    return this.isLocalTraffic(packet) === false;
  }

  /** Undefined where kube-proxy cannot tell. */
  protected isLocalTraffic({ from, inInterface = '' }: ModelPacket): boolean | undefined {
    const { detectLocalMode: mode = 'ClusterCIDR', detectLocal, clusterCIDR = '' } = this.config;
    if (mode === 'BridgeInterface') return inInterface === detectLocal.bridgeInterface;
    if (mode === 'InterfaceNamePrefix') return inInterface.startsWith(detectLocal.interfaceNamePrefix);
    const known: string[] = mode === 'NodeCIDR' ? this.node.spec.podCIDRs : clusterCIDR.split(',');
    const ours = known.filter((cidr) => cidr !== '' && cidr.includes(':') === this.#isIPv6);
    return ours.length === 0 ? undefined : isIn(from, ours.slice(0, 1));
  }

  protected isOwn(ip: string): boolean {
    return this.addresses.includes(ip) || isIn(ip, ['127.0.0.0/8', '::1/128']);
  }

  #servesNodePorts(ip: string): boolean {
    if (!this.isOwn(ip)) return false;
    const given: string[] = this.config.nodePortAddresses ?? [];
    const asked = this.#isNftables && given.length === 0 ? ['primary'] : given;
    const isLoopback = isIn(ip, ['127.0.0.0/8', '::1/128']);
    if (
      isLoopback &&
      (this.#isNftables || this.#isIPv6 || this.config.iptables?.localhostNodePorts === false)
    )
      return false;
    // A node without an address of the family serves its node ports on every one.
    const hasPrimary = this.node?.status.addresses.some(
      (own: any) => own.type === 'InternalIP' && isIPv6(own.address) === this.#isIPv6,
    );
    if (this.#isNftables && asked.includes('primary') && !hasPrimary) return true;
    if (asked.includes('primary')) return this.node.status.addresses.some((own: any) => own.address === ip);
    const ofFamily = asked.filter((cidr) => cidr.includes(':') === this.#isIPv6);
    return ofFamily.length === 0 || isIn(ip, ofFamily);
  }

  protected clusterEndpoints(all: readonly Endpoint[]): readonly Endpoint[] {
    const ready = all.filter((endpoint) => endpoint.ready);
    const zone: string | undefined = this.node?.metadata.labels?.['topology.kubernetes.io/zone'];
    const byNode = ready.filter(({ nodes }) => nodes?.includes('node-1'));
    if (ready.every(({ nodes }) => nodes !== undefined) && byNode.length > 0) return byNode;
    const byZone = ready.filter(({ zones }) => zone !== undefined && zones?.includes(zone));
    if (ready.every(({ zones }) => zones !== undefined) && byZone.length > 0) return byZone;
    return bestOf(all);
  }

  #portalsOf({ metadata, spec, status }: any, slices: readonly any[]): readonly Portal[] {
    if (spec.type === 'ExternalName' || (spec.clusterIP ?? 'None') === 'None') return [];
    if (metadata.labels?.['service.kubernetes.io/service-proxy-name'] !== undefined) return [];
    const own = slices.filter(
      (slice) =>
        slice.metadata.labels['kubernetes.io/service-name'] === metadata.name &&
        slice.metadata.namespace === metadata.namespace &&
        (slice.addressType === 'IPv6') === this.#isIPv6,
    );
    const ofFamily = (ips: readonly string[] = []): readonly string[] =>
      ips.filter((ip) => isIPv6(ip) === this.#isIPv6);
    const vips = (status?.loadBalancer?.ingress ?? []).filter((point: any) => point.ipMode !== 'Proxy');
    const [clusterIP] = ofFamily(spec.clusterIPs ?? [spec.clusterIP]);
    if (clusterIP === undefined) return [];
    return spec.ports.flatMap((port: any): readonly Portal[] => {
      const common = {
        port: port.port,
        protocol: port.protocol ?? 'TCP',
        internalLocal: spec.internalTrafficPolicy === 'Local',
        externalLocal: spec.externalTrafficPolicy === 'Local',
        endpoints: this.#endpointsOf(port, own),
        sourceRanges: [],
        isExternal: port.nodePort > 0 || vips.length > 0 || (spec.externalIPs ?? []).length > 0,
        healthCheck: spec.externalTrafficPolicy === 'Local' ? spec.healthCheckNodePort : undefined,
      };
      // A range of everything is no restriction.
      const ranges: string[] = ofRange(spec.loadBalancerSourceRanges, this.#isIPv6);
      const sourceRanges = ranges.some((cidr) => cidr.endsWith('/0')) ? [] : ranges;
      return [
        { ...common, kind: 'cluster', ip: clusterIP },
        ...ofFamily(spec.externalIPs).map((ip): Portal => ({ ...common, kind: 'external', ip })),
        ...ofFamily(vips.flatMap((point: any) => point.ip ?? [])).map((ip): Portal => ({
          ...common,
          kind: 'balancer',
          ip,
          sourceRanges,
        })),
        ...(port.nodePort > 0
          ? [{ ...common, kind: 'node', ip: undefined, port: port.nodePort } as const]
          : []),
      ];
    });
  }

  #endpointsOf(port: any, slices: readonly any[]): readonly Endpoint[] {
    const found = new Map<string, Endpoint>();
    const isSamePort = (other: any): boolean =>
      (other.name ?? '') === (port.name ?? '') && (other.protocol ?? 'TCP') === (port.protocol ?? 'TCP');
    for (const slice of slices) {
      const number = slice.ports.find(isSamePort)?.port;
      for (const each of number === undefined ? [] : (slice.endpoints ?? [])) {
        const endpoint = endpointOf(each, number);
        const key = `${endpoint.ip} ${number}`;
        if (found.get(key)?.ready !== true) found.set(key, endpoint);
      }
    }
    return [...found.values()];
  }
}

function endpointOf({ addresses, conditions = {}, nodeName, hints }: any, port: number): Endpoint {
  const { ready = true, serving = ready, terminating = false } = conditions;
  return {
    ip: addresses[0],
    port,
    ready,
    lastResort: serving && terminating,
    local: nodeName === 'node-1',
    zones: hints?.forZones?.map(({ name }: any) => name),
    nodes: hints?.forNodes?.map(({ name }: any) => name),
  };
}
/* eslint-enable */

export const PASSES: ModelAnswer = { verdict: 'ACCEPT', endpoints: [], masquerade: false };
export const REJECTED: ModelAnswer = { verdict: 'REJECT', endpoints: [], masquerade: false };
export const DROPPED: ModelAnswer = { verdict: 'DROP', endpoints: [], masquerade: false };

/** Those that are ready; else those that still serve while they end. */
export function bestOf(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter((endpoint) => endpoint.lastResort);
}

const ofRange = (cidrs: readonly string[] = [], isSix: boolean): string[] =>
  cidrs.map((cidr) => cidr.trim()).filter((cidr) => cidr.includes(':') === isSix);

export function isIn(ip: string, cidrs: readonly string[]): boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', prefix] = cidr.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4');
}
