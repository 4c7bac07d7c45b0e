import { BUILDING_IPTABLES, type IptablesTypes } from './iptables/building.ts';
import { type IpvsTypes } from './ipvs/building.ts';
import { IPVS_PARTS } from './ipvs/parts.ts';
import { loadIpvsBuilding } from './ipvs/load-ipvs-building.ts';
import { type BuildingMode, type ModeTypes, type OutputForms } from './mode.ts';
import { type NftablesTypes } from './nftables/building.ts';
import { loadNftablesBuilding } from './nftables/load-nftables-building.ts';
import { type UserspaceTypes } from './userspace/building.ts';
import { loadUserspaceBuilding } from './userspace/load-userspace-building.ts';

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

/** A proxy mode, and how to come by what builds its rules: a run needs that of one mode only. */
interface ModeRow<Types extends ModeTypes> extends OutputForms {
  readonly building: () => BuildingMode<Types>;
}

/** Every proxy mode that svc2ipt knows the rules of, a row each. */
export const MODES: { readonly [Name in ModeName]: ModeRow<TypesByMode[Name]> } = {
  iptables: {
    formats: ['save', 'restore', 'script'],
    parts: ['mangle', 'filter', 'nat'],
    partOption: '-t',
    building: () => BUILDING_IPTABLES,
  },
  nftables: {
    formats: ['save', 'restore', 'json'],
    parts: [],
    partOption: '-t',
    building: () => loadNftablesBuilding().BUILDING_NFTABLES,
  },
  ipvs: {
    formats: ['save', 'restore'],
    parts: IPVS_PARTS,
    partOption: '--part',
    building: () => loadIpvsBuilding().BUILDING_IPVS,
  },
  userspace: {
    formats: ['save', 'restore', 'script'],
    parts: ['filter', 'nat'],
    partOption: '-t',
    building: () => loadUserspaceBuilding().BUILDING_USERSPACE,
  },
};

/** The names of all of them. */
export const MODE_NAMES = Object.keys(MODES) as readonly ModeName[];

/** Whether a name is that of a mode in {@link MODES}. */
export const isModeName = (name: string): name is ModeName => Object.hasOwn(MODES, name);
