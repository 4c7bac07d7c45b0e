/** The types of what a node of mode ipvs holds, and of dumps of it. */
export type { IpvsDump } from '../modes/ipvs/dump.ts';
export type { IpvsModel, Owners } from '../modes/ipvs/model.ts';
export type * from '../netfilter/ipset/model.ts';
export type * from '../netfilter/ipvs/model.ts';
