import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with the settings of kube-proxy, from a file or from flags. */
export const SETTINGS_CODES = {
  'config-invalid': error({
    meaning: 'kube-proxy would not start with this value of its configuration file.',
    example: '`svc2ipt compile -f web.yaml --config kube-proxy.yaml`, with `mode: iptable`',
    remedy: 'Correct the value; the message says what kube-proxy takes.',
  }),
  'config-unknown-field': warning({
    meaning: 'No kube-proxy knows the field of the configuration file.',
    example: '`svc2ipt compile -f web.yaml --config kube-proxy.yaml`, with `clusterCidr: 10.244.0.0/16`',
    remedy: 'Correct the name of the field, or remove it.',
  }),
  'config-ignored-field': warning({
    meaning: 'kube-proxy of this release does not know the field, and ignores it.',
    example:
      '`svc2ipt compile -f web.yaml --config kube-proxy.yaml --kube-proxy-version 1.20`, with `detectLocal:` in the file',
    remedy: 'Remove the field, or give the release that it is meant for with `--kube-proxy-version`.',
  }),
  'flag-invalid': error({
    meaning: 'kube-proxy would not start with this value of a flag.',
    example: '`svc2ipt compile -f web.yaml --iptables-masquerade-bit 32`',
    remedy: 'Correct the value; the message says what kube-proxy takes.',
  }),
  'flag-unknown': error({
    meaning: 'kube-proxy of this release does not have the flag.',
    example: '`svc2ipt compile -f web.yaml --kube-proxy-version 1.20 --iptables-localhost-nodeports=false`',
    remedy: 'Leave the flag out, or give the release that has it with `--kube-proxy-version`.',
  }),
  'feature-gate-invalid': error({
    meaning: 'kube-proxy of this release does not have the feature gate, or has it locked.',
    example: '`svc2ipt compile -f web.yaml --feature-gates NoSuchGate=true`',
    remedy: 'Remove the gate, or correct its name or the release; the message names the nearest gate.',
  }),
  'mode-unsupported': error({
    meaning: 'svc2ipt does not know the rules of this proxy mode.',
    example: '`svc2ipt compile -f web.yaml --proxy-mode kernelspace`',
    remedy: 'Take one of the modes that the message names.',
  }),
  'node-address-missing': error({
    meaning: 'The rules of mode userspace hold the address of the node, which nothing tells.',
    example: '`svc2ipt compile -f web.yaml --kube-proxy-version 1.25 --proxy-mode userspace`',
    remedy: 'Name the address with `--node-address`, or add the Node to the input.',
  }),
  'mode-needs-gate': warning({
    meaning: 'kube-proxy of this release starts in this mode only with a feature gate, which nothing sets.',
    example: '`svc2ipt compile -f web.yaml --kube-proxy-version 1.29 --proxy-mode nftables`',
    remedy: 'Set the gate as kube-proxy has it: `--feature-gates NFTablesProxyMode=true`.',
  }),
  'mode-unset': warning({
    meaning:
      'The configuration sets no mode; kube-proxy of this release warns, since the default is to change.',
    example: '`svc2ipt compile -f web.yaml --config kube-proxy.yaml`, with `mode: ""`',
    remedy:
      'Set `mode: iptables` to keep what is in force, or `mode: nftables` after `svc2ipt diff --behaviour`.',
  }),
  'setting-without-effect': warning({
    meaning: 'The setting is for another proxy mode and does nothing in this one.',
    example: '`svc2ipt lint -f web.yaml --proxy-mode nftables --iptables-localhost-nodeports=true`',
    remedy: 'Leave it out, and see what the mode has instead: for node ports that is nodePortAddresses.',
  }),
  'rules-unknown': warning({
    meaning: 'kube-proxy of this release adds rules that svc2ipt does not know.',
    example:
      '`svc2ipt compile -f web.yaml --proxy-mode nftables --feature-gates KubeProxyNFTablesLocalhostNodePorts=true`',
    remedy: 'Expect more on the node than is printed, or turn the feature gate off.',
  }),
  'nft-refuses': warning({
    meaning: 'nft refuses what kube-proxy of this release writes for the input.',
    example:
      '`svc2ipt compile -f web.yaml --proxy-mode nftables --kube-proxy-version 1.31 --detect-local-mode InterfaceNamePrefix --pod-interface-name-prefix veth`',
    remedy: 'Change the value that the message names, or take a release that can write it.',
  }),
  'iptables-refuses': warning({
    meaning: 'iptables-restore refuses what kube-proxy of this release writes for the input.',
    example:
      '`svc2ipt compile -f web.yaml --proxy-mode ipvs --kube-proxy-version 1.8 --feature-gates SupportIPVSProxyMode=true`, with `loadBalancerSourceRanges` and a load-balancer IP',
    remedy: 'Leave out what the message names, or take a release that can write it.',
  }),
  'ipset-refuses': warning({
    meaning: 'ipset refuses an entry that kube-proxy of this release makes of the input.',
    example:
      '`svc2ipt compile -f web.yaml --proxy-mode ipvs --kube-proxy-version 1.30`, with `loadBalancerSourceRanges: [0.0.0.0/0]` and a load-balancer IP',
    remedy: 'Leave the range out: without ranges all sources may pass.',
  }),
  'node-unknown': warning({
    meaning: 'The input has Nodes, but not the one that the rules are for.',
    example: '`svc2ipt compile -f cluster.yaml --node-name nod-1`, with a Node `node-1`',
    remedy: 'Correct `--node-name`, or add the Node to the input.',
  }),
  'family-not-served': warning({
    meaning: 'kube-proxy would write no rules for this IP family.',
    example:
      '`svc2ipt compile -f web.yaml --kube-proxy-version 1.15 --ip-family ipv6`, with `ipFamilies: [IPv6]`',
    remedy: 'Give a `--bind-address` of the family, or the other `--ip-family`.',
  }),
} as const satisfies CodeTable;
