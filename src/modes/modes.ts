import { IPTABLES, type IptablesTypes } from './iptables/mode.ts';
import { IPVS, type IpvsTypes } from './ipvs/mode.ts';
import { type BuildingMode, type Mode } from './mode.ts';
import { NFTABLES, type NftablesTypes } from './nftables/mode.ts';
import { USERSPACE, type UserspaceTypes } from './userspace/mode.ts';

/** The types of model, dump and part for each proxy mode. */
interface TypesByMode {
  readonly iptables: IptablesTypes;
  readonly nftables: NftablesTypes;
  readonly ipvs: IpvsTypes;
  readonly userspace: UserspaceTypes;
}

/** The name of a proxy mode that svc2ipt knows the rules of, as `--proxy-mode` takes it. */
export type ModeName = keyof TypesByMode;

/** What a node of the mode holds. */
export type ModelOf<Name extends ModeName> = TypesByMode[Name]['model'];

/** The same as read from a node. */
export type DumpOf<Name extends ModeName> = TypesByMode[Name]['dump'];

/** What a difference in the mode names. */
export type PartOf<Name extends ModeName> = TypesByMode[Name]['part'];

/** Every proxy mode that svc2ipt knows the rules of, a row each. */
export const MODES: { readonly [Name in ModeName]: BuildingMode<TypesByMode[Name]> } = {
  iptables: IPTABLES,
  nftables: NFTABLES,
  ipvs: IPVS,
  userspace: USERSPACE,
};

/** The name of a mode whose dumps are compared. */
export type ComparedModeName = 'iptables' | 'nftables' | 'ipvs';

/** The modes that can also read and compare dumps of nodes. */
export const COMPARED_MODES: { readonly [Name in ComparedModeName]: Mode<TypesByMode[Name]> } = {
  iptables: IPTABLES,
  nftables: NFTABLES,
  ipvs: IPVS,
};

/** Whether dumps of the mode can be compared. */
export const isComparedMode = (name: ModeName): name is ComparedModeName =>
  Object.hasOwn(COMPARED_MODES, name);

/** The names of all of them. */
export const MODE_NAMES = Object.keys(MODES) as readonly ModeName[];

/** Whether a name is that of a mode in {@link MODES}. */
export const isModeName = (name: string): name is ModeName => Object.hasOwn(MODES, name);
