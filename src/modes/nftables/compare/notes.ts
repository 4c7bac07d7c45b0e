import { type Table } from '../../../netfilter/nftables/model.ts';
import { listed } from '../../../text/listed.ts';
import { type Note } from '../../comparison.ts';

/** kube-proxy's chains of mode iptables. kubelet's own chains are in every mode. */
const OF_IPTABLES =
  /^KUBE-(?:SERVICES|NODEPORTS|EXTERNAL-SERVICES|FORWARD|PROXY-FIREWALL|PROXY-CANARY|(?:SVC|SVL|SEP|EXT|FW|XLB)-.+)$/;

/** Finds facts that are not differences. `leftovers` are objects of kube-proxy's table that nothing leads to. */
export function findNotes(leftovers: readonly string[], tables: readonly Table[]): readonly Note[] {
  return [...unusedObjects(leftovers), ...otherMode(tables)];
}

function unusedObjects(leftovers: readonly string[]): readonly Note[] {
  if (leftovers.length === 0) return [];
  const [what, verb] = leftovers.length === 1 ? ['object', 'is'] : ['objects', 'are'];
  const message = `${leftovers.length} ${what} that nothing leads to ${verb} left over: ${listed(leftovers)}`;
  return [{ kind: 'leftover', message }];
}

/** Tables of iptables-nft stand beside those of nft, and a switch of modes may leave them. */
function otherMode(tables: readonly Table[]): readonly Note[] {
  const chains = tables
    .filter(({ name }) => name === 'nat' || name === 'filter' || name === 'mangle')
    .flatMap((table) => table.chains.flatMap(({ name }) => (OF_IPTABLES.test(name) ? [name] : [])));
  if (chains.length === 0) return [];
  const message =
    `${chains.length} chains of kube-proxy's mode iptables are left over and may take traffic of Services: ` +
    `${listed([...new Set(chains)])}; kube-proxy --cleanup removes them`;
  return [{ kind: 'leftover', message }];
}
