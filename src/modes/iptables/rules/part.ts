import { type Features } from '../../../dialect/features.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyState } from '../../../proxy/state.ts';
import { type Rule, type TableName } from '../../../netfilter/iptables/model.ts';
import { type ChainedPort } from './chained-port.ts';

/** What every section may look at. */
export interface RuleContext {
  readonly state: ProxyState;
  readonly settings: ProxySettings;
  readonly features: Features;
}

/** Rules for the end of one chain. Without rules, the chain only has to exist. */
export interface ChainPart {
  readonly table: TableName;
  readonly chain: string;
  readonly rules: readonly Rule[];
  /** Who else may have rules for the chain: other parts of the same service port, or nobody. Absent: anybody. */
  readonly shared?: 'by-port' | 'never';
}

/** Returns rules that do not depend on Services. */
export type NodeSection = (context: RuleContext) => readonly ChainPart[];

/** Rules of one service port. */
export type ServicePortSection = (port: ChainedPort, context: RuleContext) => readonly ChainPart[];

/** Rules of a chain in table nat, which may hold rules of many Services. */
export const nat = (chain: string, rules: readonly Rule[]): ChainPart => ({ table: 'nat', chain, rules });

/** Rules of a chain of one service port. All these chains are in table nat. */
export const own = (chain: string, rules: readonly Rule[]): ChainPart => ({
  table: 'nat',
  chain,
  rules,
  shared: 'by-port',
});

/** All rules of a chain of one service port. */
export const whole = (chain: string, rules: readonly Rule[]): ChainPart => ({
  table: 'nat',
  chain,
  rules,
  shared: 'never',
});

/** Rules of a chain in table filter. */
export const filter = (chain: string, rules: readonly Rule[]): ChainPart => ({
  table: 'filter',
  chain,
  rules,
});
