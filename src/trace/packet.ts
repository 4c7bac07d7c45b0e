import { type IpFamily } from '../text/ip.ts';
import { type Protocol } from './portal.ts';

/** The kinds of clients that rules of Services distinguish. */
export const CLIENTS = ['pod', 'node', 'outside'] as const;
export type ClientKind = (typeof CLIENTS)[number];

/** One packet, the first of a connection from a client that was never here before, or only as `knownTo` tells. */
export interface Packet {
  readonly family: IpFamily;
  readonly source: string;
  /** What the source stands for, when the user named no address: `pod`, `default/web-0`. */
  readonly client: string | undefined;
  /** A process of the node sends it. */
  readonly local: boolean;
  /** Undefined: any. */
  readonly inInterface: string | undefined;
  /** `from` and `to` as reports repeat them. */
  readonly from: string;
  readonly to: string;
  readonly destination: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** The Service port and the kind of address that the destination is: `default/web:http cluster IP`. */
  readonly portal: string | undefined;
  readonly knownTo?: KnownTo | undefined;
}

/** An endpoint to which session affinity sent the client before. */
export interface KnownTo {
  /** `10.244.1.10:8080`. */
  readonly endpoint: string;
  /** The lists (of `recent`, or dynamic sets of nftables) that hold the client for it. */
  readonly lists: readonly string[];
}

/** `10.96.0.20:80`, `[fd00::1]:80`; without the port where there is none. */
export function formatEndpoint(address: string, port: number | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
