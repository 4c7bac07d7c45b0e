/**
 * kube-proxy's own flags and the few of svc2ipt's that describe the node, as the command line gives them: absent when
 * not given, lists split at their commas, numbers and booleans read.
 */
export interface KubeProxyFlags {
  /** `--proxy-mode` */
  readonly proxyMode?: string | undefined;
  /** `--bind-address` */
  readonly bindAddress?: string | undefined;
  /** `--cluster-cidr`; empty stands for none. */
  readonly clusterCIDR?: string | undefined;
  /** `--detect-local-mode` */
  readonly detectLocalMode?: string | undefined;
  /** `--pod-bridge-interface` */
  readonly podBridgeInterface?: string | undefined;
  /** `--pod-interface-name-prefix` */
  readonly podInterfaceNamePrefix?: string | undefined;
  /** `--masquerade-all` */
  readonly masqueradeAll?: boolean | undefined;
  /** `--iptables-masquerade-bit` */
  readonly masqueradeBit?: number | undefined;
  /** `--iptables-localhost-nodeports` */
  readonly localhostNodePorts?: boolean | undefined;
  /** `--nodeport-addresses` */
  readonly nodePortAddresses?: readonly string[] | undefined;
  /** `--hostname-override`, `--node-name` */
  readonly hostnameOverride?: string | undefined;
  /** `--feature-gates`, as given: `A=true,B=false`. */
  readonly featureGates?: string | undefined;
  /** `--node-address`: the addresses on the node's interfaces. */
  readonly nodeAddresses?: readonly string[] | undefined;
  /** `--no-nfacct` */
  readonly noNfacct?: boolean | undefined;
  /** `--no-random-fully` */
  readonly noRandomFully?: boolean | undefined;
}
