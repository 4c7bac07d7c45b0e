import { IPTABLES } from './iptables/mode.ts';
import { IPVS } from './ipvs/mode.ts';
import { type Mode } from './mode.ts';
import { type ComparedModeName, type TypesByMode } from './modes.ts';
import { NFTABLES } from './nftables/mode.ts';

/**
 * The modes that can also read and compare dumps of nodes. They stand in a file of their own, because to compile needs
 * half of their code only.
 */
export const COMPARED_MODES: { readonly [Name in ComparedModeName]: Mode<TypesByMode[Name]> } = {
  iptables: IPTABLES,
  nftables: NFTABLES,
  ipvs: IPVS,
};
