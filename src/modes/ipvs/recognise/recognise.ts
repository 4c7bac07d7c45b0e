import { featuresFor } from '../../../dialect/features.ts';
import { modesAt } from '../../../dialect/mode-history.ts';
import { NEWEST, type Version, VERSIONS } from '../../../dialect/version.ts';
import { fitVersions } from '../../fit-versions.ts';
import { type Recognition } from '../../mode.ts';
import { type IpvsDump } from '../dump.ts';
import { readEvidence } from './evidence.ts';
import { observeFeatures } from './observe-features.ts';
import { observeSettings } from './observe-settings.ts';

/** The releases that have mode ipvs. */
const WITH_MODE: readonly Version[] = VERSIONS.filter((version) =>
  modesAt(version).some(({ name }) => name === 'ipvs'),
);

/** Finds the releases and the settings of the kube-proxy that made what a dump holds. */
export function recogniseDump(dump: IpvsDump): Recognition {
  const evidence = readEvidence(dump);
  const settings = observeSettings(evidence);
  const { versions, near, misfitsOf, seen } = fitVersions(observeFeatures(evidence), WITH_MODE);
  const likely = (some: readonly Version[]): readonly Version[] => {
    const complete = some.filter(
      (version) => !(featuresFor(version).masqueradeRandomFully && settings.randomFully === false),
    );
    return complete.length > 0 ? complete : some;
  };
  return {
    family: dump.family,
    versions: seen === 0 ? [] : versions,
    candidates: seen === 0 ? [NEWEST] : versions,
    near,
    misfitsOf,
    likely,
    whyUnlikely: (some) => (likely(some).length < some.length ? ['no --random-fully'] : []),
    settings,
    // Nothing in this mode carries the name of a Service.
    services: () => new Map(),
  };
}
