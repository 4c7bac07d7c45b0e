import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { featuresFor } from '../../dialect/features.ts';
import { NEWEST, type Version } from '../../dialect/version.ts';
import { type Dump } from '../../netfilter/iptables/dump.ts';
import { type RuleSet } from '../../netfilter/iptables/model.ts';
import { printRule } from '../../netfilter/iptables/print.ts';
import { areSameRules, sharingRules } from '../../netfilter/iptables/same-rules.ts';
import { type CompareOptions, type Mode, type Recognition } from '../mode.ts';
import { BUILDING_IPTABLES, type IptablesTypes } from './building.ts';
import { canonicalRules } from './compare/canonical.ts';
import { compareRules } from './compare/compare.ts';
import { type Comparison } from './compare/difference.ts';
import { extentOf } from './compare/extent.ts';
import { indexRules } from './compare/rule-index.ts';
import { readDump } from './read-dump.ts';
import { type Evidence, readEvidence } from './recognise/evidence.ts';
import { liveServices } from './recognise/live-addresses.ts';
import { observeSettings } from './recognise/observe-settings.ts';
import { isIpvsNode, isUserspaceNode } from './recognise/proxy-mode.ts';
import { likelyVersions, recognise, whyUnlikely } from './recognise/recognise.ts';
import { unifiedHunks } from './unified/unified.ts';

/** Mode iptables. */
export const IPTABLES: Mode<IptablesTypes> = {
  ...BUILDING_IPTABLES,
  read: readDump,
  modelOf: (dump) => dump,
  recognise: recogniseDump,
  namesEndpoints: true,
  shareWith: (expected, dump) => sharingRules(expected, indexRules(dump).tables),
  isSame: areSameRules,
  compare: compareDump,
  printPart: ({ chain, rule }, family) => printRule(chain, rule, family),
  canonical: canonicalRules,
  unified: unifiedHunks,
  toolOf,
};

/** Compares with a dump. Does not report as missing what the form of the dump cannot show. */
function compareDump(expected: RuleSet, dump: Dump, { parts, strict }: CompareOptions): Comparison {
  return compareRules(expected, dump, { tables: parts, strict: strict === true, ...extentOf(dump) });
}

function toolOf(dump: Dump): string {
  const tool = dump.tables.find((table) => table.tool !== undefined)?.tool;
  return tool === undefined ? '' : `iptables ${tool.version} (${tool.backend})`;
}

const IPVS = diagnostic(
  'node-other-mode',
  'kube-proxy runs in mode ipvs on this node: give what ipset save, ipvsadm -S -n and ip -j addr show kube-ipvs0 print, too',
);

const USERSPACE = diagnostic(
  'node-other-mode',
  'kube-proxy runs in mode userspace on this node: its rules are compared in that mode only (svc2ipt diff), and are not decompiled',
);

function recogniseDump(dump: Dump): Recognition {
  const evidence = readEvidence(dump);
  const { seen, versions, near, misfitsOf } = recognise(evidence);
  const settings = observeSettings(evidence);
  return {
    family: evidence.family,
    ...(isIpvsNode(evidence) && { refusal: IPVS }),
    ...(isUserspaceNode(evidence) && { refusal: USERSPACE }),
    versions: seen === 0 ? [] : versions,
    candidates: seen === 0 ? guess(evidence, versions) : versions,
    near,
    misfitsOf,
    likely: (some) => likelyVersions(some, settings),
    whyUnlikely: (some) => whyUnlikely(some, settings),
    settings,
    services: () => liveServices(evidence),
  };
}

/**
 * Chooses the versions to compare with. When no rule of kube-proxy is left, an old version that writes few
 * rules would seem to fit best, so the newest is used. But when only kubelet's chains are there, an old
 * kube-proxy may not serve this family.
 */
function guess({ family, rules }: Evidence, versions: readonly Version[]): readonly Version[] {
  const isKubeletsOnly = family === 'IPv6' && rules.some(({ role }) => role === 'standing');
  return isKubeletsOnly ? versions.filter((version) => featuresFor(version).ipv6) : [NEWEST];
}
