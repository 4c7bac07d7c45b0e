/** The types of what a node of mode ipvs holds, to look into. */
export type { IpvsModel } from '../modes/ipvs/model.ts';
export type * from '../netfilter/ipset/model.ts';
export type * from '../netfilter/ipvs/model.ts';
