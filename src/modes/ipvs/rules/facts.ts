/** What kube-proxy notes in mode ipvs while it goes through its Services. */
import { type Features } from '../../../dialect/features.ts';
import { type EntryPart } from '../../../netfilter/ipset/model.ts';
import { type Transport } from '../../../netfilter/ipvs/model.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyEndpoint, type ServicePort } from '../../../proxy/state.ts';
import { type Cidr } from '../../../text/ip.ts';
import { type SetKey } from './set-table.ts';

/** A single thing that is to be on the node. */
export type Fact =
  | { readonly kind: 'entry'; readonly set: SetKey; readonly parts: readonly EntryPart[] }
  | {
      readonly kind: 'server';
      readonly ip: string;
      readonly port: number;
      readonly service: ServicePort;
      readonly endpoints: readonly ProxyEndpoint[];
      /** It is that of the cluster IP. */
      readonly isClusterIp?: true;
    }
  /** An address on kube-ipvs0. */
  | { readonly kind: 'bound'; readonly ip: string }
  /** A load balancer that the node itself may not use. */
  | { readonly kind: 'closed-to-node'; readonly portal: Portal };

/** Where a service port is reached. */
export interface Portal {
  readonly ip: string;
  readonly protocol: Transport;
  readonly port: number;
}

/** What a section may look at. */
export interface FactContext {
  readonly settings: ProxySettings;
  readonly features: Features;
  /** The addresses of the family that serve node ports; undefined when kube-proxy skips node ports for want of any. */
  readonly nodeIps: readonly string[] | undefined;
  /** All addresses of the family on the node's interfaces, without loopback. */
  readonly ownIps: ReadonlySet<string>;
}

export const entry = (set: SetKey, parts: readonly EntryPart[]): Fact => ({ kind: 'entry', set, parts });

export const address = (ip: string): EntryPart => ({ kind: 'address', address: ip, prefix: undefined });

/** A network as ipset prints it: one of a single address has no prefix. */
export const network = ({ address: ip, prefix, family }: Cidr): EntryPart => ({
  kind: 'address',
  address: ip,
  prefix: prefix === (family === 'IPv4' ? 32 : 128) ? undefined : prefix,
});

export const protocolPort = (protocol: Transport, port: number): EntryPart => ({
  kind: 'port',
  protocol,
  port,
});

/** A port of a bitmap, which knows no protocol. */
export const barePort = (port: number): EntryPart => ({ kind: 'port', protocol: undefined, port });

/** The first two parts of entries of most sets. */
export const portalParts = ({ ip, protocol, port }: Portal): readonly EntryPart[] => [
  address(ip),
  protocolPort(protocol, port),
];
