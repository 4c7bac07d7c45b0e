import { printAddresses } from '../../netfilter/addresses/print.ts';
import { printSets } from '../../netfilter/ipset/print.ts';
import { printRestore } from '../../netfilter/iptables/print-own.ts';
import { printSave } from '../../netfilter/iptables/print.ts';
import { printServers } from '../../netfilter/ipvs/print.ts';
import { KUBE_PROXY } from '../iptables/rules/own-rules.ts';
import { type BuildingMode, type PrintOptions } from '../mode.ts';
import { type IpvsDump } from './dump.ts';
import { foresee } from './foresee.ts';
import { type IpvsModel } from './model.ts';
import { IPVS_PARTS } from './parts.ts';
import { buildIpvs } from './rules/build.ts';

/** A model of mode ipvs has four parts. */
export interface IpvsTypes {
  readonly model: IpvsModel;
  readonly dump: IpvsDump;
  /** A line as the tool of its part prints it. */
  readonly part: string;
}

/** Prints one part; a format that it does not have is that of its tool. */
type PrintPart = (model: IpvsModel, format: string) => string;

const PRINTERS: Readonly<Record<(typeof IPVS_PARTS)[number], PrintPart>> = {
  iptables: ({ rules }, format) =>
    format === 'restore' ? printRestore(rules, KUBE_PROXY) : printSave(rules),
  ipset: ({ sets }) => printSets(sets),
  ipvs: ({ servers }) => printServers(servers),
  addresses: ({ addresses }) => printAddresses(addresses),
};

/** The half of mode ipvs that builds and prints its parts. */
export const BUILDING_IPVS: BuildingMode<IpvsTypes> = {
  build: buildIpvs,
  print: printModel,
  foresee,
};

/** Prints some of the parts in the order of {@link IPVS_PARTS}; by default, the rules. */
function printModel(
  model: IpvsModel,
  { format = 'save', parts = ['iptables'] }: PrintOptions,
): Iterable<string> {
  return IPVS_PARTS.filter((part) => parts.includes(part)).map((part) => PRINTERS[part](model, format));
}
