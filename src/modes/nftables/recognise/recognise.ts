import { configFactsFor } from '../../../dialect/config-history.ts';
import { NEWEST, type Version, VERSIONS } from '../../../dialect/version.ts';
import { fitVersions } from '../../fit-versions.ts';
import { type Recognition } from '../../mode.ts';
import { type NftDump } from '../dump.ts';
import { ownTable } from '../own-table.ts';
import { readEvidence } from './evidence.ts';
import { liveServices } from './live-services.ts';
import { observeFeatures } from './observe-features.ts';
import { observeSettings } from './observe-settings.ts';

/** The releases that have the mode. */
const WITH_MODE: readonly Version[] = VERSIONS.filter((version) => {
  const { known, gated } = configFactsFor(version).proxyModes;
  return known.includes('nftables') || gated.some(({ mode }) => mode === 'nftables');
});

/** Finds the release and the settings of the kube-proxy that wrote the table of the dump's family. */
export function recogniseDump(dump: Pick<NftDump, 'family' | 'ruleset'>): Recognition {
  const { family } = dump;
  const table = ownTable(dump);
  const likely = (versions: readonly Version[]): readonly Version[] => versions;
  const whyUnlikely = (): readonly string[] => [];
  const evidence = table && readEvidence(table, family);
  const { versions, near, misfitsOf, seen } = fitVersions(
    evidence === undefined ? {} : observeFeatures(evidence),
    WITH_MODE,
  );
  return {
    family,
    versions: seen === 0 ? [] : versions,
    candidates: seen === 0 ? [NEWEST] : versions,
    near,
    misfitsOf,
    likely,
    whyUnlikely,
    settings: evidence === undefined ? {} : observeSettings(evidence),
    services: () => (evidence === undefined ? new Map() : liveServices(evidence)),
  };
}
