import { BUILDING_IPTABLES, type IptablesTypes } from './iptables/building.ts';
import { BUILDING_IPVS, type IpvsTypes } from './ipvs/building.ts';
import { type BuildingMode } from './mode.ts';
import { BUILDING_NFTABLES, type NftablesTypes } from './nftables/building.ts';
import { BUILDING_USERSPACE, type UserspaceTypes } from './userspace/building.ts';

/** The types of model, dump and part for each proxy mode. */
export interface TypesByMode {
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
  iptables: BUILDING_IPTABLES,
  nftables: BUILDING_NFTABLES,
  ipvs: BUILDING_IPVS,
  userspace: BUILDING_USERSPACE,
};

/** The names of all of them. */
export const MODE_NAMES = Object.keys(MODES) as readonly ModeName[];

/** Whether a name is that of a mode in {@link MODES}. */
export const isModeName = (name: string): name is ModeName => Object.hasOwn(MODES, name);
