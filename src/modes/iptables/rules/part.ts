import { type Features } from '../../../dialect/features.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyState } from '../../../proxy/state.ts';
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { type ChainPart } from '../../../netfilter/iptables/streamed-rules.ts';
import { type ChainedPort } from './chained-port.ts';

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
export const nat = (chain: string, rules: readonly Rule[]): ChainPart => ({ table: 'nat', chain, rules });

/** Rules of a chain in table filter. */
export const filter = (chain: string, rules: readonly Rule[]): ChainPart => ({
  table: 'filter',
  chain,
  rules,
});
