import { type Features } from '../../../dialect/features.ts';
import { type Element, type Hook, type NamedSet, type Rule } from '../../../netfilter/nftables/model.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyState } from '../../../proxy/state.ts';
import { type NamedPort } from './named-port.ts';

/** One step of building the table: an object that has to be there, or something at the end of one. */
export type Part =
  | { readonly kind: 'chain'; readonly name: string; readonly hook?: Hook; readonly comment?: string }
  | { readonly kind: 'set'; readonly set: Omit<NamedSet, 'elements' | 'otherLines'> }
  | { readonly kind: 'rules'; readonly chain: string; readonly rules: readonly Rule[] }
  | { readonly kind: 'elements'; readonly set: string; readonly elements: readonly Element[] };

/** What every section may look at. */
export interface RuleContext {
  readonly state: ProxyState;
  readonly settings: ProxySettings;
  readonly features: Features;
}

/** Parts that are there whatever the Services are. */
export type NodeSection = (context: RuleContext) => readonly Part[];

/** Parts of one service port. */
export type ServicePortSection = (port: NamedPort, context: RuleContext) => readonly Part[];

export const chain = (name: string): Part => ({ kind: 'chain', name });
export const rules = (name: string, list: readonly Rule[]): Part => ({
  kind: 'rules',
  chain: name,
  rules: list,
});
export const elements = (set: string, list: readonly Element[]): Part => ({
  kind: 'elements',
  set,
  elements: list,
});
