import { printAddresses } from '../../netfilter/addresses/print.ts';
import { printEntry, printSets } from '../../netfilter/ipset/print.ts';
import { printRestore } from '../../netfilter/iptables/print-own.ts';
import { printSave } from '../../netfilter/iptables/print.ts';
import { printServers, printVirtualAddress, socketText } from '../../netfilter/ipvs/print.ts';
import { compareText } from '../../text/natural-order.ts';
import { KUBE_PROXY } from '../iptables/rules/own-rules.ts';
import { type Mode, type PrintOptions } from '../mode.ts';
import { compareIpvs } from './compare/compare.ts';
import { unifiedHunks } from './compare/unified.ts';
import { type IpvsDump } from './dump.ts';
import { foresee } from './foresee.ts';
import { type IpvsModel } from './model.ts';
import { readIpvsDump } from './read-dump.ts';
import { recogniseDump } from './recognise/recognise.ts';
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

const PARTS = {
  iptables: ({ rules }, format) =>
    format === 'restore' ? printRestore(rules, KUBE_PROXY) : printSave(rules),
  ipset: ({ sets }) => printSets(sets),
  ipvs: ({ servers }) => printServers(servers),
  addresses: ({ addresses }) => printAddresses(addresses),
} as const satisfies Readonly<Record<string, PrintPart>>;

const PRINTERS: Readonly<Record<string, PrintPart>> = PARTS;

/** Mode ipvs. */
export const IPVS: Mode<IpvsTypes> = {
  formats: ['save', 'restore'],
  parts: Object.keys(PARTS),
  partOption: '--part',
  build: buildIpvs,
  print: printModel,
  foresee,
  read: (source, assumedFamily) => readIpvsDump([source], assumedFamily),
  modelOf,
  recognise: recogniseDump,
  isSame: (one, other) => printAll(one) === printAll(other),
  compare: compareIpvs,
  printPart: (part) => part,
  canonical: inOrder,
  unified: unifiedHunks,
  toolOf,
};

/** Returns a dump as a model. Nobody knows the Services of its parts. */
function modelOf({ family, rules, sets, servers, addresses }: IpvsDump): IpvsModel {
  return {
    family,
    rules: rules ?? { family, tables: [] },
    sets: sets ?? [],
    servers: servers ?? [],
    addresses: addresses ?? [],
    owners: new Map(),
    servicePorts: [],
    excluded: [],
  };
}

const printAll = (model: IpvsModel): string => printModel(model, { parts: Object.keys(PARTS) });

function toolOf({ rules }: IpvsDump): string {
  const tool = rules?.tables.find((table) => table.tool !== undefined)?.tool;
  return tool === undefined ? '' : `iptables ${tool.version} (${tool.backend})`;
}

/** Prints some of the parts in the order of {@link PARTS}; by default, the rules. */
function printModel(model: IpvsModel, { format = 'save', parts = ['iptables'] }: PrintOptions): string {
  return Object.keys(PARTS)
    .filter((part) => parts.includes(part))
    .map((part) => PRINTERS[part]?.(model, format) ?? '')
    .join('');
}

/** Brings sets, entries, virtual servers and addresses into order: the tools print them by their place in hash tables. */
function inOrder(model: IpvsModel): IpvsModel {
  const sets = model.sets
    .map((set) => ({
      ...set,
      entries: set.entries.toSorted((a, b) => compareText(printEntry(a), printEntry(b))),
    }))
    .sort((a, b) => compareText(a.name, b.name));
  const servers = model.servers
    .map((server) => ({
      ...server,
      realServers: server.realServers.toSorted((a, b) =>
        compareText(socketText(a.ip, a.port), socketText(b.ip, b.port)),
      ),
    }))
    .sort((a, b) => compareText(printVirtualAddress(a.address), printVirtualAddress(b.address)));
  return { ...model, sets, servers, addresses: model.addresses.toSorted(compareText) };
}
