import { IPTABLES } from './iptables/mode.ts';
import { IPVS } from './ipvs/mode.ts';
import { type Mode } from './mode.ts';
import { type ModeName, type TypesByMode } from './modes.ts';
import { NFTABLES } from './nftables/mode.ts';
import { USERSPACE } from './userspace/mode.ts';

/**
 * The same with what reads and compares dumps of nodes. They stand in a file of their own, because to compile needs
 * half of their code only.
 */
export const COMPARED_MODES: { readonly [Name in ModeName]: Mode<TypesByMode[Name]> } = {
  iptables: IPTABLES,
  nftables: NFTABLES,
  ipvs: IPVS,
  userspace: USERSPACE,
};
