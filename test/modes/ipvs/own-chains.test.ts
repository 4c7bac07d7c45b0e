import { expect, it } from 'vitest';
import { isKubelets } from '../../../src/modes/ipvs/compare/rules.ts';
import { isOwnChain } from '../../../src/modes/ipvs/rules/own-chains.ts';
import { isBuiltIn } from '../../../src/netfilter/iptables/print.ts';
import { compileIpvsHistory, ipvsHistoryCases } from '../../helpers/ipvs-history-cases.ts';

it("every chain that some release makes is kube-proxy's or kubelet's", () => {
  const strangers = ipvsHistoryCases().flatMap((each) =>
    compileIpvsHistory(each).model.rules.tables.flatMap((table) =>
      table.chains.flatMap((chain) =>
        isBuiltIn(chain) || isOwnChain(table.name, chain.name) || isKubelets(table.name, chain.name)
          ? []
          : [`${each.version} ${table.name} ${chain.name}`],
      ),
    ),
  );
  expect(strangers).toEqual([]);
});
