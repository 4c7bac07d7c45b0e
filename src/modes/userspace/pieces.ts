/** The chains of mode userspace. (pkg/proxy/userspace/proxier.go) */
export const CHAINS = {
  /** Packets of pods to addresses of Services. */
  portalsContainer: 'KUBE-PORTALS-CONTAINER',
  /** Packets of the node itself to them. */
  portalsHost: 'KUBE-PORTALS-HOST',
  nodePortContainer: 'KUBE-NODEPORT-CONTAINER',
  nodePortHost: 'KUBE-NODEPORT-HOST',
  /** Lets packets through to the ports of the proxy where table filter drops by default. */
  nonLocal: 'KUBE-NODEPORT-NON-LOCAL',
} as const;
