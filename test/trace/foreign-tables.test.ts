import { expect, it } from 'vitest';
import { compareBehaviour } from '../../src/behaviour/compare-behaviour.ts';
import { compile, printCompilation } from '../../src/compile.ts';
import { compiledNodeWith } from '../../src/trace/foreign-rules.ts';
import { nodeOfRules, type NodeRules, readNodeOutputs } from '../../src/trace/node-rules.ts';
import { compiledNode } from '../../src/trace/node.ts';
import { oracleRequest } from '../helpers/oracle.ts';

const FOREIGN = `table ip filter {
  chain forward {
    type filter hook forward priority filter; policy accept;
    ip saddr 203.0.113.0/24 drop
  }
}
`;

it('tables of other software stand beside the table of kube-proxy', () => {
  const request = oracleRequest('02-clusterip-two-endpoints-myblog', '1.36', 'IPv4');
  const { value } = compile({ ...request, flags: { ...request.flags, proxyMode: 'nftables' } });
  if (value === undefined) throw new Error('the case compiles');
  const read = readNodeOutputs([{ name: 'node', text: printCompilation(value) + FOREIGN }], 'IPv4');
  const [live] = read.value;
  if (live === undefined) throw new Error(JSON.stringify(read.problems));
  const node = nodeOfRules(live, value.settings.nodeAddresses, undefined);
  expect(compareBehaviour(compiledNodeWith(value, live), node).classes).toEqual([]);
  expect(compareBehaviour(compiledNode(value), node).classes.length).toBeGreaterThan(0);

  // The rules of the other mode have nothing to do with it.
  const other: NodeRules = { mode: 'iptables', family: 'IPv4', dump: emptyDump() };
  expect(compareBehaviour(compiledNodeWith(value, other), compiledNode(value)).classes).toEqual([]);
});

function emptyDump(): Extract<NodeRules, { mode: 'iptables' }>['dump'] {
  const [rules] = readNodeOutputs([{ name: 'node', text: '*nat\nCOMMIT\n' }], 'IPv4').value;
  if (rules?.mode !== 'iptables') throw new Error('this is a dump of iptables');
  return rules.dump;
}
