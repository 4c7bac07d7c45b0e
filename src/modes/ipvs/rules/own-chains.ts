import { type TableName } from '../../../netfilter/iptables/model.ts';

const CHAINS: Readonly<Partial<Record<TableName, readonly string[]>>> = {
  nat: [
    'KUBE-SERVICES',
    'KUBE-POSTROUTING',
    'KUBE-NODE-PORT',
    'KUBE-LOAD-BALANCER',
    'KUBE-MARK-MASQ',
    'KUBE-MARK-DROP',
    'KUBE-FIREWALL',
  ],
  filter: [
    'KUBE-FORWARD',
    'KUBE-NODE-PORT',
    'KUBE-PROXY-FIREWALL',
    'KUBE-SOURCE-RANGES-FIREWALL',
    'KUBE-IPVS-FILTER',
    'KUBE-IPVS-OUT-FILTER',
  ],
};

/** Returns true for a chain that some release of kube-proxy makes in mode ipvs. */
export const isOwnChain = (table: TableName, chain: string): boolean =>
  CHAINS[table]?.includes(chain) === true;
