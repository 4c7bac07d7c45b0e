/** Moves every row of mode ipvs by one release and sees some text come out wrong: no row is there on trust. */
import { describe, expect, it } from 'vitest';
import { type Compilation } from '../../src/compile.ts';
import { foldFeatures } from '../../src/dialect/features.ts';
import { type Feature, HISTORY, modeOfFeature } from '../../src/dialect/history.ts';
import { buildIpvs } from '../../src/modes/ipvs/rules/build.ts';
import { resolveProxy } from '../../src/proxy/resolve.ts';
import { compileIpvsHistory, ipvsHistoryCases, printAllParts } from '../helpers/ipvs-history-cases.ts';
import { moveableRows, RowProof, type Witness } from '../helpers/row-proof.ts';

const witnesses = ipvsHistoryCases().map(({ name, version }): Witness => {
  let compilation: Compilation<'ipvs'> | undefined;
  return {
    name,
    version,
    textWith: (history) => {
      const { cluster, settings } = (compilation ??= compileIpvsHistory({ name, version }));
      const features = foldFeatures(history, version, settings.gates);
      return printAllParts(buildIpvs(resolveProxy(cluster, settings, features), settings, features));
    },
  };
});

const proof = new RowProof(witnesses);
const features = (Object.keys(HISTORY) as Feature[]).filter((feature) => modeOfFeature(feature) === 'ipvs');

/** The gate of internal policies is off where the row would come early. */
const ONE_SIDED: ReadonlyMap<string, readonly string[]> = new Map([['ipvsInternalPolicy 1.22', ['late']]]);

describe('each row of mode ipvs, moved by one release, makes a case fail', () => {
  it.each(moveableRows(features).map((row) => ({ ...row })))('$feature since $since', (row) => {
    expect(proof.sidesOf(row)).toEqual(ONE_SIDED.get(`${row.feature} ${row.since}`) ?? ['late', 'early']);
  });
});
