/** The types of iptables rule sets, and of dumps of them. */
export type * from '../netfilter/iptables/dump.ts';
export type * from '../netfilter/iptables/model.ts';
