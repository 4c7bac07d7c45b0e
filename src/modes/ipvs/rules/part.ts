import { type ChainPart, type RuleContext } from '../../iptables/rules/part.ts';
import { type Collected } from './collect.ts';

/** What every section of rules may look at. */
export interface IpvsContext extends RuleContext {
  readonly collected: Collected;
}

/** Rules of a node. The number of rules hardly grows with the Services, for their addresses stand in sets. */
export type IpvsSection = (context: IpvsContext) => readonly ChainPart[];
