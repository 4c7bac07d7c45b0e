import { printEntry } from '../../netfilter/ipset/print.ts';
import { printVirtualAddress, socketText } from '../../netfilter/ipvs/print.ts';
import { compareText } from '../../text/natural-order.ts';
import { joinPieces } from '../../text/pieces.ts';
import { type Mode } from '../mode.ts';
import { BUILDING_IPVS, type IpvsTypes } from './building.ts';
import { compareIpvs } from './compare/compare.ts';
import { unifiedHunks } from './compare/unified.ts';
import { type IpvsDump } from './dump.ts';
import { type IpvsModel } from './model.ts';
import { IPVS_PARTS } from './parts.ts';
import { readIpvsDump } from './read-dump.ts';
import { recogniseDump } from './recognise/recognise.ts';

/** Mode ipvs. */
export const IPVS: Mode<IpvsTypes> = {
  ...BUILDING_IPVS,
  read: (source, assumedFamily) => readIpvsDump([source], assumedFamily),
  modelOf,
  recognise: recogniseDump,
  namesEndpoints: true,
  shareWith: (model) => model,
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

const printAll = (model: IpvsModel): string => joinPieces(BUILDING_IPVS.print(model, { parts: IPVS_PARTS }));

function toolOf({ rules }: IpvsDump): string {
  const tool = rules?.tables.find((table) => table.tool !== undefined)?.tool;
  return tool === undefined ? '' : `iptables ${tool.version} (${tool.backend})`;
}

/**
 * Brings sets, entries, virtual servers and addresses into order: the tools print them by their place in hash tables.
 */
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
