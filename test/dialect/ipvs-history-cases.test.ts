/** What mode ipvs makes in releases that nobody captured. */
import { expect, it } from 'vitest';
import { NEWEST, rankOf, VERSIONS } from '../../src/dialect/version.ts';
import { compileIpvsHistory, ipvsHistoryCases, printAllParts, SPANS } from '../helpers/ipvs-history-cases.ts';
import { IPVS_VERSIONS } from '../helpers/ipvs-oracle.ts';

const cases = ipvsHistoryCases();

it.each(cases.map((each) => ({ ...each })))('$name, kube-proxy $version', (each) => {
  expect(printAllParts(compileIpvsHistory(each).model)).toBe(each.text);
});

it('there is a text for each release of each case', () => {
  expect(cases.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
    Object.entries(SPANS)
      .flatMap(([name, [first, last = NEWEST]]) =>
        VERSIONS.slice(rankOf(first), rankOf(last) + 1).map((version) => `${name} ${version}`),
      )
      .sort(),
  );
});

it('some case is of each release that has the mode', () => {
  expect([...new Set(cases.map(({ version }) => version))].sort()).toEqual([...IPVS_VERSIONS].sort());
});
