import { type Dump } from '../../netfilter/iptables/dump.ts';
import { areSameRules } from '../../netfilter/iptables/same-rules.ts';
import { readDump } from '../iptables/read-dump.ts';
import { type Mode } from '../mode.ts';
import { BUILDING_USERSPACE, type UserspaceTypes } from './building.ts';
import { canonicalPortals } from './canonical.ts';
import { comparePortals } from './compare.ts';
import { recogniseDump } from './recognise.ts';
import { unifiedHunks } from './unified.ts';

/** Mode userspace, the oldest: kube-proxy takes every connection itself, and rules only lead to it. */
export const USERSPACE: Mode<UserspaceTypes> = {
  ...BUILDING_USERSPACE,
  read: readDump,
  modelOf: (dump) => dump,
  recognise: recogniseDump,
  namesEndpoints: false,
  shareWith: (model) => model,
  isSame: areSameRules,
  compare: comparePortals,
  printPart: (part) => part,
  canonical: canonicalPortals,
  unified: unifiedHunks,
  toolOf,
};

function toolOf({ tables }: Dump): string {
  const tool = tables.find((table) => table.tool !== undefined)?.tool;
  return tool === undefined ? '' : `iptables ${tool.version} (${tool.backend})`;
}
