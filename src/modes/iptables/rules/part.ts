import { type Features } from '../../../dialect/features.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyState } from '../../../proxy/state.ts';
import { type Rule, type TableName } from '../../../netfilter/iptables/model.ts';
import { type ChainedPort } from './chained-port.ts';

/** Rules, or a function that makes them: most rules are needed once, to be printed. */
export type PartRules = readonly Rule[] | (() => readonly Rule[]);

/** Rules that a section appends to one chain. Without rules, the chain only has to exist. */
export interface ChainPart {
  readonly table: TableName;
  readonly chain: string;
  readonly rules: PartRules;
}

/** What every section may look at. */
export interface RuleContext {
  readonly state: ProxyState;
  readonly settings: ProxySettings;
  readonly features: Features;
}

/** Returns rules that do not depend on Services. */
export type NodeSection = (context: RuleContext) => readonly ChainPart[];

/** Rules of one service port. */
export type ServicePortSection = (port: ChainedPort, context: RuleContext) => readonly ChainPart[];

/** Rules of a chain in table nat. */
export const nat = (chain: string, rules: PartRules): ChainPart => ({ table: 'nat', chain, rules });

/** Rules of a chain in table filter. */
export const filter = (chain: string, rules: PartRules): ChainPart => ({
  table: 'filter',
  chain,
  rules,
});
