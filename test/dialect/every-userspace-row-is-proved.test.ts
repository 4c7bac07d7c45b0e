/** Moves every row of mode userspace by one release and sees a text come out wrong: no row is there on trust. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile.ts';
import { foldFeatures } from '../../src/dialect/features.ts';
import { type Feature, HISTORY, modeOfFeature } from '../../src/dialect/history.ts';
import { VERSIONS } from '../../src/dialect/version.ts';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { buildPortals } from '../../src/modes/userspace/build.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { moveableRows, RowProof, type Witness } from '../helpers/row-proof.ts';

const CLUSTER = join(import.meta.dirname, '../../fixtures/userspace/cluster.yaml');
const text = readFileSync(CLUSTER, 'utf8');

const witnesses = VERSIONS.slice(0, VERSIONS.indexOf('1.26')).map((version): Witness => ({
  name: 'cluster',
  version,
  textWith: (history) => {
    const { value } = compile({
      sources: [{ name: CLUSTER, text }],
      strict: true,
      version,
      ipFamily: 'IPv4',
      flags: { proxyMode: 'userspace' },
      cluster: DEFAULT_CLUSTER_OPTIONS,
    });
    if (value === undefined) throw new Error('it does not compile');
    const features = foldFeatures(history, version, value.settings.gates);
    return printSave(buildPortals(value.state, value.settings, features));
  },
}));

const proof = new RowProof(witnesses);
const features = (Object.keys(HISTORY) as Feature[]).filter(
  (feature) => modeOfFeature(feature) === 'userspace',
);

describe('each row of mode userspace, moved by one release, makes a case fail', () => {
  it.each(moveableRows(features).map((row) => ({ ...row })))('$feature since $since', (row) => {
    expect(proof.sidesOf(row)).toEqual(['late', 'early']);
  });
});
