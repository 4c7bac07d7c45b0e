/**
 * The same model for mode ipvs, which answers many packets otherwise: the addresses of Services are the node's own, local
 * endpoints are preferred instead of required, and other ports of these addresses are refused.
 */
import { isIPv6 } from 'node:net';
import {
  bestOf,
  DROPPED,
  isIn,
  type ModelAnswer,
  type ModelPacket,
  PASSES,
  type Portal,
  REJECTED,
  ServiceModel,
} from './service-model.ts';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment -- YAML as it comes */
export class IpvsServiceModel extends ServiceModel {
  override answer(packet: ModelPacket): ModelAnswer {
    const [, ip = '', port = '', protocol = ''] = /^\[?(.*?)\]?:(\d+)\/(\w+)$/.exec(packet.to) ?? [];
    const found = this.portals.filter(
      (portal) =>
        portal.port === Number(port) &&
        portal.protocol === protocol &&
        (portal.ip === undefined ? this.#servesNodePorts(ip) : portal.ip === ip),
    );
    // Two Services with one address have one virtual server: the later one's.
    const portal = found.findLast((candidate) => candidate.ip !== undefined) ?? found.at(-1);
    if (portal !== undefined) return this.#served(portal, packet);
    if (!this.isBound(ip))
      return { ...PASSES, masquerade: this.#isRewrittenOnTheWay(packet, ip, Number(port), protocol) };
    const isCheck = this.portals.some(({ healthCheck }) => healthCheck === Number(port));
    return isCheck && protocol !== 'SCTP' ? PASSES : REJECTED;
  }

  /** What is of no Service is rewritten, too, if it only looks as if it were. */
  #isRewrittenOnTheWay({ from, local }: ModelPacket, ip: string, port: number, protocol: string): boolean {
    // A pod of this node to itself, by its own address and port.
    const isHairpin = this.portals.some(
      (portal) =>
        portal.protocol === protocol &&
        portal.endpoints.some((each) => each.local && each.ip === ip && each.port === port && from === ip),
    );
    if (local !== true) return isHairpin && !this.isOwn(ip);
    // The node itself to a node port at an address of its own that serves none.
    const isNodePort = this.portals.some(
      (portal) =>
        portal.kind === 'node' &&
        portal.port === port &&
        portal.protocol === protocol &&
        !portal.externalLocal,
    );
    const hasNodePorts = this.addresses.some((own) => this.#servesNodePorts(own));
    const isMarked =
      hasNodePorts && isNodePort && protocol !== 'SCTP' && this.isOwn(ip) && !isIn(from, LOOPBACK);
    return isHairpin || isMarked;
  }

  /** Whether the node has the address for its Services alone. */
  isBound(ip: string): boolean {
    return !this.isOwn(ip) && this.portals.some((portal) => portal.ip === ip);
  }

  #served(portal: Portal, packet: ModelPacket): ModelAnswer {
    if (this.#isStopped(portal, packet)) return DROPPED;
    const isLocalOnly = portal.kind === 'cluster' ? portal.internalLocal : portal.externalLocal;
    const local = bestOf(portal.endpoints.filter((endpoint) => endpoint.local));
    // Where nobody may use other nodes' endpoints, kube-proxy does not look for any.
    const usesOthers = !portal.internalLocal || (portal.isExternal && !portal.externalLocal);
    const others = usesOthers ? this.clusterEndpoints(portal.endpoints) : [];
    const endpoints = isLocalOnly && local.length > 0 ? local : others;
    if (endpoints.length === 0) return REJECTED;
    const isMarked = this.#isMarked(portal, packet);
    const told = endpoints.map(({ ip, port, local: isHere }) => {
      // What comes in for the node itself never leaves it again.
      const leaves = packet.local === true || !this.isOwn(ip);
      const rewritten = leaves && (isMarked || (isHere && ip === packet.from));
      return { to: isIPv6(ip) ? `[${ip}]:${port}` : `${ip}:${port}`, rewritten };
    });
    const [first] = told;
    const isMixed = told.some(({ rewritten }) => rewritten !== first?.rewritten);
    return {
      verdict: 'DNAT',
      endpoints: told.map(({ to, rewritten }) => (isMixed ? `${to} ${rewritten}` : to)),
      masquerade: first?.rewritten === true,
    };
  }

  /** Source ranges hold for what comes in; of the node's own packets for those that have the Service's address. */
  #isStopped({ sourceRanges, ip = '' }: Portal, { from, local }: ModelPacket): boolean {
    if (sourceRanges.length === 0) return false;
    if (local !== true) return !isIn(from, sourceRanges);
    return from === ip && !this.addresses.slice(0, 1).some((own) => isIn(own, sourceRanges));
  }

  #isMarked(portal: Portal, packet: ModelPacket): boolean {
    if (isIn(packet.from, LOOPBACK)) return false;
    if (portal.kind !== 'cluster') return !portal.externalLocal;
    if (this.config.iptables?.masqueradeAll === true) return true;
    const isLocal = this.isLocalTraffic(packet);
    if (isLocal !== undefined) return !isLocal;
    return this.portals.some(
      ({ kind, ip, port, protocol }) =>
        kind === 'cluster' && ip === packet.from && port === portal.port && protocol === portal.protocol,
    );
  }

  #servesNodePorts(ip: string): boolean {
    if (!this.isOwn(ip) || isIn(ip, LOOPBACK)) return false;
    const given: readonly string[] = this.config.nodePortAddresses ?? [];
    if (given.includes('primary'))
      return (this.node.status.addresses as { address: string }[]).some(({ address }) => address === ip);
    const ofFamily = given.filter((cidr) => cidr.includes('/') && cidr.includes(':') === isIPv6(ip));
    return ofFamily.length === 0 || isIn(ip, ofFamily);
  }
}
/* eslint-enable */

/** A process of the node that names no address of its own sends from the address that it sends to. */
export const fromItself = (
  model: IpvsServiceModel,
  packets: readonly ModelPacket[],
): readonly ModelPacket[] =>
  [...new Set(packets.map(({ to }) => to))].flatMap((to) => {
    const [, from = ''] = /^\[?(.*?)\]?:\d+\/\w+$/.exec(to) ?? [];
    return model.isBound(from) ? [{ from, local: true, to }] : [];
  });
