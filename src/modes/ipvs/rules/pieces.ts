/** Short names for the matches that only rules of mode ipvs have. */
import { type Match } from '../../../netfilter/iptables/model.ts';
import { type Transport } from '../../../netfilter/ipvs/model.ts';

/**
 * Packets whose fields are in a set. Each word of `fields` is `src` or `dst`, one for each part of the set's entries.
 */
export const inSet = (name: string, fields: string): Match => ({
  kind: 'other',
  module: 'set',
  words: ['--match-set', name, fields],
});

const PROTOCOL_NUMBERS: Readonly<Record<Transport, number>> = { tcp: 6, udp: 17, sctp: 132 };

/** Packets of a virtual server. (libxt_ipvs) */
export const ofVirtualServer = (protocol: Transport, ip: string, port: number): Match => ({
  kind: 'other',
  module: 'ipvs',
  words: ['--vproto', String(PROTOCOL_NUMBERS[protocol]), '--vaddr', ip, '--vport', String(port)],
});
