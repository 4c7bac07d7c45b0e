/** The table of IPVS: virtual servers, each with the real servers that it spreads connections over. */
import { type IpFamily } from '../../text/ip.ts';

/** The protocols that IPVS spreads. */
export type Transport = 'tcp' | 'udp' | 'sctp';

/** Which packets a virtual server takes. */
export type VirtualAddress =
  | { readonly kind: 'address'; readonly protocol: Transport; readonly ip: string; readonly port: number }
  /** Packets with a mark of the firewall. kube-proxy makes no such servers. */
  | { readonly kind: 'mark'; readonly mark: number; readonly family: IpFamily };

/** How packets get to a real server. kube-proxy has them masqueraded, which is NAT. */
export type Forwarding = 'masquerade' | 'tunnel' | 'direct';

export interface RealServer {
  readonly ip: string;
  readonly port: number;
  readonly forwarding: Forwarding;
  /** 0: it gets no new connections. */
  readonly weight: number;
  /** Further words of its line, such as those of tunnels. kube-proxy sets none. */
  readonly options: readonly string[];
}

export interface VirtualServer {
  readonly address: VirtualAddress;
  /** The name of a kernel module without `ip_vs_`. */
  readonly scheduler: string;
  /** Seconds for which a client sticks to its real server; undefined when it does not. */
  readonly persistence: number | undefined;
  /** How many clients count as one, where that is not each address alone. kube-proxy sets none. */
  readonly netmask: string | undefined;
  /** Flags of the scheduler, such as `mh-port`, in the order of ipvsadm. */
  readonly schedulerFlags: readonly string[];
  /** Further words of its line: `--pe sip`, `-o`. kube-proxy sets none. */
  readonly options: readonly string[];
  readonly realServers: readonly RealServer[];
}
