import { type Cidr, type IpFamily } from '../text/ip.ts';

/** How kube-proxy tells traffic of pods on this node from other traffic. (pkg/proxy/util/localdetector.go) */
export type LocalTraffic =
  | { readonly kind: 'none' }
  /** Sources in this network are local. */
  | { readonly kind: 'cidr'; readonly cidr: Cidr }
  /** Packets that come in by this interface are local. A trailing `+` matches any rest of the name. */
  | { readonly kind: 'interface'; readonly name: string };

/** How kube-proxy programs the node. `kernelspace` is that of Windows. */
export type ProxyMode = 'iptables' | 'ipvs' | 'nftables' | 'userspace' | 'kernelspace';

/** Settings of mode ipvs alone. Timeouts are in nanoseconds; 0 leaves that of the kernel. */
export interface IpvsSettings {
  readonly scheduler: string;
  readonly strictARP: boolean;
  /** Networks of virtual servers that kube-proxy leaves alone. */
  readonly excludeCIDRs: readonly Cidr[];
  readonly tcpTimeout: number;
  readonly tcpFinTimeout: number;
  readonly udpTimeout: number;
}

/** Ports from `from` to `to`, both included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Settings of mode userspace alone. */
export interface UserspaceSettings {
  /** The address on which kube-proxy listens; absent: on all. */
  readonly listenIP?: string;
  /** The address of the node that packets of its own go to. */
  readonly hostIP: string;
  /** The ports on which kube-proxy may listen. */
  readonly proxyPorts: PortRange;
}

/** Everything about the node and kube-proxy's configuration that shapes the rules of one IP family. */
export interface ProxySettings {
  readonly mode: ProxyMode;
  readonly ipFamily: IpFamily;
  /**
   * False when kube-proxy serves only the other family. Then the node has only kubelet's chains for this one.
   */
  readonly familyServed: boolean;
  /** Set for the mode in force; so is the next setting. */
  readonly masqueradeAll: boolean;
  /** Bit of the packet mark that asks for SNAT, 0 to 31. */
  readonly masqueradeBit: number;
  /** Always false in modes other than iptables. */
  readonly localhostNodePorts: boolean;
  readonly localTraffic: LocalTraffic;
  /** The pod networks of the cluster as configured, one a family. */
  readonly clusterCidrs: readonly Cidr[];
  /** As configured, both families; empty means all. `primary` is already resolved to host networks. */
  readonly nodePortAddresses: readonly Cidr[];
  /** Absent: no endpoint with a node name is local. */
  readonly nodeName?: string;
  /** The `topology.kubernetes.io/zone` label of the Node. */
  readonly zone?: string;
  /** The labels of the Node; absent without a Node in the input. */
  readonly nodeLabels?: Readonly<Record<string, string>>;
  /** kube-proxy's idea of the node's own address in this family; decides who may pass source ranges. */
  readonly nodeIP?: string;
  /** All addresses on the node's interfaces, both families, canonical, loopback included. */
  readonly nodeAddresses: readonly string[];
  /** The kernel's nf_conntrack_tcp_be_liberal is set. */
  readonly tcpBeLiberal: boolean;
  /** The kernel has nfacct counters. */
  readonly nfacct: boolean;
  /** iptables knows `MASQUERADE --random-fully` (1.6.2 and later). */
  readonly randomFully: boolean;
  /** Present in mode ipvs. */
  readonly ipvs?: IpvsSettings;
  /** Present in mode userspace. */
  readonly userspace?: UserspaceSettings;
  /** Feature gates as in force: defaults of the version with the user's choices applied. */
  readonly gates: ReadonlySet<string>;
}
