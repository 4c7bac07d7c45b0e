import { type SeenObject } from '../manifest/seen-object.ts';
import { type Cidr } from '../text/ip.ts';
import { type Assignments } from './assignments.ts';

/** Options for stand-in values where no cluster has assigned addresses and ports yet. */
export interface ClusterOptions {
  /**
   * The node compiled for: stand-in pods run on it when the input holds no Nodes. Absent: they run on none.
   */
  readonly nodeName?: string;
  /** Where cluster IPs are drawn from, one network a family (`--service-cidr`). */
  readonly serviceCidrs: readonly Cidr[];
  /** Where node ports are drawn from, both ends included (`--service-node-port-range`). */
  readonly nodePortRange: PortRange;
  /** Where the ports of kube-proxy itself are drawn from in mode userspace; absent in other modes. */
  readonly proxyPorts?: PortRange | undefined;
  /** Where pod IPs are drawn from, one network a family (`--pod-cidr`, else the cluster CIDR). */
  readonly podCidrs: readonly Cidr[];
  /** What was assigned before (`--assignments`); kept before anything else is drawn. */
  readonly assignments?: Assignments;
  /** Makes every missing value an error instead of a stand-in (`--require-assigned`). */
  readonly requireAssigned: boolean;
  /** Gives addresses to pods that only headless Services select, too: such Services have names, but no rules. */
  readonly headlessPods?: boolean;
  /**
   * The whole input, including unused kinds: operators and Jobs may make the pods that a selector is meant
   * for.
   */
  readonly seen?: readonly SeenObject[];
}

/** Ports from `from` to `to`, both included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** The default ranges of a cluster. (kubeadm and the API server) */
export const DEFAULT_CLUSTER_OPTIONS: ClusterOptions = {
  serviceCidrs: [
    { family: 'IPv4', address: '10.96.0.0', prefix: 12 },
    { family: 'IPv6', address: 'fd00:10:96::', prefix: 112 },
  ],
  nodePortRange: { from: 30000, to: 32767 },
  podCidrs: [
    { family: 'IPv4', address: '10.244.0.0', prefix: 16 },
    { family: 'IPv6', address: 'fd00:10:244::', prefix: 56 },
  ],
  requireAssigned: false,
};
