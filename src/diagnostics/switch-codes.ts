import { type CodeTable, error, warning } from './code-text.ts';

/** What works in mode iptables and not in mode nftables. lint tells it when that mode is asked for. */
export const SWITCH_CODES = {
  'node-port-localhost-ends': warning({
    meaning: 'In mode nftables node ports do not answer on 127.0.0.1, as they do in mode iptables.',
    example: '`nodePort: 30080`',
    remedy:
      'Connect to an address of the node. Newer releases can serve TCP there: turn on KubeProxyNFTablesLocalhostNodePorts and add `localhost` to nodePortAddresses.',
  }),
  'node-port-localhost-used': warning({
    meaning: 'Something here connects to a node port on 127.0.0.1, which does not answer in mode nftables.',
    example: '`image: localhost:30500/app`',
    remedy: 'Name an address of the node, or the Service itself where DNS of the cluster works.',
  }),
  'node-port-primary-only': warning({
    meaning:
      "In mode nftables node ports answer on the node's primary address only, unless settings say more.",
    example: '`type: NodePort`',
    remedy: 'Send traffic to the primary address, or set nodePortAddresses to what shall serve node ports.',
  }),
  'health-check-node-port-closed': warning({
    meaning: 'In mode nftables kube-proxy opens no firewall of the node for the port of health checks.',
    example: '`type: LoadBalancer` with `externalTrafficPolicy: Local`',
    remedy: 'Let the firewall of the node accept the health check node port, if there is one.',
  }),
  'cluster-ip-port-rejected': warning({
    meaning: 'In mode nftables traffic to a port of a cluster IP that no Service has is rejected.',
    example: '`value: http://10.96.0.10:9153` and a Service of `clusterIP: 10.96.0.10` without this port',
    remedy: 'Add the port to the Service, or correct the address.',
  }),
  'service-name-too-long': error({
    meaning:
      'nft refuses the comment, and with it all rules of mode nftables, while the Service has no endpoint.',
    example: '`name: short`, with 124 characters of namespace and name before it',
    remedy: 'Shorten one of the names, or take a newer kube-proxy, which cuts comments.',
  }),
} as const satisfies CodeTable;
