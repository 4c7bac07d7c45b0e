/** Finds the purpose of kube-proxy's chains from their names alone. */
import { type Rule, type TableName } from '../../../netfilter/iptables/model.ts';

/** The chains that belong to one service port; all of them end in the same hash, but for those of endpoints. */
export type PortChainRole = 'service' | 'local' | 'external' | 'firewall' | 'balancer';

/** What a chain is for. */
export type ChainRole =
  | PortChainRole
  /** One endpoint of one service port. */
  | 'endpoint'
  /** Holds rules of many Services. The order of the Services has no meaning. */
  | 'shared'
  /** Exists whatever the Services are. */
  | 'standing'
  /** Made by the kernel; kube-proxy only adds jumps. */
  | 'built-in'
  /** Made by other software; kube-proxy does not touch it. */
  | 'foreign';

const PORT_CHAIN = /^KUBE-(SVC|SVL|EXT|FW|XLB)-([A-Z2-7]{16})$/;
const ENDPOINT_CHAIN = /^KUBE-SEP-[A-Z2-7]{16}$/;

const ROLE_OF_INFIX: Readonly<Record<string, PortChainRole>> = {
  SVC: 'service',
  SVL: 'local',
  EXT: 'external',
  FW: 'firewall',
  XLB: 'balancer',
};

const SHARED: Readonly<Partial<Record<TableName, readonly string[]>>> = {
  nat: ['KUBE-SERVICES', 'KUBE-NODEPORTS'],
  filter: ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL'],
};

const STANDING: ReadonlySet<string> = new Set([
  'KUBE-FIREWALL',
  'KUBE-FORWARD',
  'KUBE-MARK-DROP',
  'KUBE-MARK-MASQ',
  'KUBE-POSTROUTING',
  'KUBE-PROXY-CANARY',
]);

const BUILT_IN: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);

/**
 * Returns the purpose of a chain. Names that only resemble those of kube-proxy (KUBE-ROUTER-..., KUBE-HOSTPORTS) are
 * foreign.
 */
export function roleOf(table: TableName, chain: string): ChainRole {
  if (BUILT_IN.has(chain)) return 'built-in';
  if (!chain.startsWith('KUBE-')) return 'foreign';
  if (SHARED[table]?.includes(chain) === true) return 'shared';
  if (STANDING.has(chain)) return 'standing';
  if (ENDPOINT_CHAIN.test(chain)) return 'endpoint';
  return ROLE_OF_INFIX[PORT_CHAIN.exec(chain)?.[1] ?? ''] ?? 'foreign';
}

/** Returns true when kube-proxy or kubelet makes a chain of the name, in any table. */
export const isOwnChain = (chain: string): boolean =>
  (['nat', 'filter'] as const).some((table) => !['foreign', 'built-in'].includes(roleOf(table, chain)));

/** Returns the hash that all chains of one service port share; undefined for other chains. */
export const portHashOf = (chain: string): string | undefined => PORT_CHAIN.exec(chain)?.[2];

/** Returns the chain to which a rule leads; undefined when it leads to none. */
export const targetChain = ({ target }: Rule): string | undefined =>
  target?.kind === 'jump' || target?.kind === 'goto' ? target.chain : undefined;

/** Returns true when the rule leads to the chain of one endpoint. */
export function leadsToEndpoint(rule: Rule): boolean {
  const chain = targetChain(rule);
  return chain !== undefined && ENDPOINT_CHAIN.test(chain);
}

/**
 * Returns true for chains that kubelet also makes in some releases. They may exist although kube-proxy does not need
 * them. (syncNetworkUtil and initNetworkUtil, pkg/kubelet)
 */
export const isKubelets = (chain: string): boolean => chain === 'KUBE-FIREWALL' || chain === 'KUBE-MARK-DROP';

/**
 * Returns the name of a chain for messages: `kubelet's KUBE-MARK-DROP` when kubelet makes it. `rules` are the rules
 * that it should have.
 */
export function calledChain(chain: string, rules: readonly Rule[]): string {
  const isMadeByKubelet =
    chain === 'KUBE-MARK-DROP' || (chain === 'KUBE-FIREWALL' && rules.some(dropsMarked));
  return isMadeByKubelet ? `kubelet's ${chain}` : chain;
}

const dropsMarked = ({ target, matches }: Rule): boolean =>
  target?.kind === 'drop' && matches.some(({ kind }) => kind === 'mark');
