import { featuresFor } from '../../../dialect/features.ts';
import { type Version, VERSIONS } from '../../../dialect/version.ts';
import { type Fit, fitVersions } from '../../fit-versions.ts';
import { type ObservedSettings } from '../../mode.ts';
import { isKubelets } from '../rules/chain-roles.ts';
import { type Evidence } from './evidence.ts';
import { observeFeatures } from './observe-features.ts';

/** The versions whose dialect agrees with what shows in the dump, or with most of it. */
export const recognise = (evidence: Evidence): Fit =>
  fitVersions(isWritten(evidence) ? observeFeatures(evidence) : {}, VERSIONS);

/** Whether the dump holds anything of kube-proxy's at all: in an empty one, absence tells nothing. */
const isWritten = ({ rules, hasChain }: Evidence): boolean =>
  hasChain('nat', 'KUBE-SERVICES') ||
  hasChain('filter', 'KUBE-SERVICES') ||
  rules.some(({ chain, role }) => role !== 'foreign' && role !== 'built-in' && !isKubelets(chain));

/**
 * Returns the versions for which the node lacks nothing. A node of a newer version may lack nfacct counters
 * or `--random-fully`, but most nodes have them. Returns all versions when there are none.
 */
export function likelyVersions(versions: readonly Version[], observed: ObservedSettings): readonly Version[] {
  const likely = versions.filter((version) => lacking(version, observed).length === 0);
  return likely.length > 0 ? likely : versions;
}

/** What speaks against those of the versions that are not likely, in words. */
export function whyUnlikely(versions: readonly Version[], observed: ObservedSettings): readonly string[] {
  const likely = new Set(likelyVersions(versions, observed));
  const unlikely = versions.filter((version) => !likely.has(version));
  return [...new Set(unlikely.flatMap((version) => lacking(version, observed)))];
}

/** What most nodes of a version have, and this one does not. */
function lacking(version: Version, observed: ObservedSettings): readonly string[] {
  const features = featuresFor(version);
  return [
    ...(features.nfacctCounters && observed.nfacct === false ? ['no nfacct counters'] : []),
    ...(features.masqueradeRandomFully && observed.randomFully === false ? ['no --random-fully'] : []),
  ];
}
