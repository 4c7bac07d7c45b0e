import { type TableName } from '../../../netfilter/iptables/model.ts';
import {
  FIRE_WALL,
  FORWARD,
  IPVS_FILTER,
  LOAD_BALANCER,
  NAT_FIREWALL,
  NODE_PORT,
  OUT_FILTER,
  PROXY_FIREWALL,
  SERVICES,
  SOURCE_RANGES,
} from './chains.ts';

const CHAINS: Readonly<Partial<Record<TableName, ReadonlySet<string>>>> = {
  nat: new Set([
    SERVICES,
    'KUBE-POSTROUTING',
    NODE_PORT,
    LOAD_BALANCER,
    'KUBE-MARK-MASQ',
    'KUBE-MARK-DROP',
    NAT_FIREWALL,
    FIRE_WALL,
  ]),
  filter: new Set([FORWARD, NODE_PORT, PROXY_FIREWALL, SOURCE_RANGES, IPVS_FILTER, OUT_FILTER]),
};

/** Returns true for a chain that some release of kube-proxy makes in mode ipvs. */
export const isOwnChain = (table: TableName, chain: string): boolean => CHAINS[table]?.has(chain) === true;
