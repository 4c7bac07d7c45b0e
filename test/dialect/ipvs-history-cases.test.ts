/** What mode ipvs makes in releases that nobody captured. */
import { expect, it } from 'vitest';
import { compileIpvsHistory, ipvsHistoryCases, printAllParts } from '../helpers/ipvs-history-cases.ts';
import { IPVS_VERSIONS } from '../helpers/ipvs-oracle.ts';

const cases = ipvsHistoryCases();

it.each(cases.map((each) => ({ ...each })))('$name, kube-proxy $version', (each) => {
  expect(printAllParts(compileIpvsHistory(each).model)).toBe(each.text);
});

it('there is a text for each release of each case', () => {
  expect(cases.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
    ['every-kind', 'ipv6'].flatMap((name) => IPVS_VERSIONS.map((version) => `${name} ${version}`)).sort(),
  );
});
