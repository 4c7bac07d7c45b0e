import { expect, it } from 'vitest';
import { drawableNftPorts } from '../../src/graph/nft-build.ts';
import { joinAddresses } from '../../src/graph/join-addresses.ts';
import { type GraphEdge, type GraphNode } from '../../src/graph/model.ts';
import { type Element, type Ruleset } from '../../src/netfilter/nftables/model.ts';
import { run } from '../helpers/cli.ts';

const externalIPs = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `198.51.${at >> 8}.${at & 255}`);

const rulesetOf = (elements: readonly Element[]): Ruleset => {
  const map = {
    name: 'service-ips',
    keyType: [],
    dataType: ['verdict'],
    flags: [],
    otherLines: [],
    elements,
  };
  return {
    tables: [{ family: 'ip', name: 'kube-proxy', flags: [], sets: [map], others: [], chains: [] }],
  };
};

const manifests = (ips: readonly string[]): string => `apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets: [{addresses: [{ip: 10.244.1.10}], ports: [{port: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.1, ports: [{port: 80}], externalIPs: [${ips.join(', ')}]}
`;

async function draw(argv: readonly string[], stdin: string): Promise<string> {
  const { code, stdout, stderr } = await run(['graph', '-f', '-', ...argv], { stdin });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

it('joins thirteen addresses in mode iptables', async () => {
  expect(await draw([], manifests(externalIPs(12)))).toBe(`flowchart LR
  subgraph p1["default/web TCP"]
    direction LR
    p1n1(["cluster IP<br/>10.96.0.1:80"])
    p1n2["KUBE-SVC-LOLE4ISW44XBNF3G"]
    p1n3(["12 external IPs<br/>198.51.0.0:80<br/>198.51.0.1:80<br/>and 10 more"])
    p1n4["KUBE-EXT-LOLE4ISW44XBNF3G<br/>masquerade"]
    p1n16("10.244.1.10:80<br/>KUBE-SEP-6E6ODH4XAXYJOLUZ")
    p1n1 --> p1n2
    p1n3 --> p1n4
    p1n4 --> p1n2
    p1n2 -->|"1"| p1n16
  end
`);
});

it('joins thirteen addresses in mode nftables', async () => {
  expect(await draw(['--proxy-mode', 'nftables'], manifests(externalIPs(12)))).toBe(`flowchart LR
  subgraph p1["default/web TCP"]
    direction LR
    p1n1(["12 addresses<br/>198.51.0.0:80<br/>198.51.0.1:80<br/>and 10 more"])
    p1n2["external-PFISGYVC-default/web/tcp/<br/>masquerade"]
    p1n4(["cluster IP<br/>10.96.0.1:80"])
    p1n5["service-PFISGYVC-default/web/tcp/"]
    p1n16("10.244.1.10:80")
    p1n1 --> p1n2
    p1n4 --> p1n5
    p1n2 --> p1n5
    p1n5 -->|"1"| p1n16
  end
`);
});

it('leaves twelve addresses alone', async () => {
  const picture = await draw([], manifests(externalIPs(11)));
  expect(picture.match(/external IP<br\/>198\.51\.0\.\d+:80"/g)).toHaveLength(11);
});

it('places thousands of addresses, for which a node each would take hours', async () => {
  const picture = await draw(['-o', 'svg'], manifests(externalIPs(4000)));
  expect(picture).toContain('>4000 external IPs<');
});

it('tells addresses apart from which packets go other ways, or are changed otherwise', () => {
  const address = (at: number, ...notes: readonly string[]): GraphNode => ({
    id: `n${at}`,
    kind: 'address',
    lines: ['address', `10.0.0.${at}:80`, ...notes],
  });
  const edge = (at: number, ...lines: readonly string[]): GraphEdge => ({ from: `n${at}`, to: 'end', lines });
  const end: GraphNode = { id: 'end', kind: 'stop', lines: ['DROP'] };
  const alike = Array.from({ length: 10 }, (_, at) => address(at + 1));
  const joined = joinAddresses({
    id: 'p1',
    title: 'web',
    nodes: [...alike, address(11, 'masquerade'), address(12), address(13), address(14), end],
    edges: [...alike.map((_, at) => edge(at + 1)), edge(11), edge(12, 'from 10.0.0.0/8'), edge(12)],
  });
  expect(joined).toEqual({
    id: 'p1',
    title: 'web',
    nodes: [
      { ...address(1), lines: ['10 addresses', '10.0.0.1:80', '10.0.0.2:80', 'and 8 more'] },
      address(11, 'masquerade'),
      address(12),
      { ...address(13), lines: ['2 addresses', '10.0.0.13:80', '10.0.0.14:80'] },
      end,
    ],
    edges: [edge(1), edge(11), edge(12, 'from 10.0.0.0/8'), edge(12)],
  });
});

it('looks at the elements of a map a few times each, however many Services there are', () => {
  const chain = (at: number): string => `service-ABCDEFGH-default/web-${at}/tcp/`;
  const SERVICES = 300;
  let looks = 0;
  const elements = Array.from({ length: SERVICES }, (_, at): Element => ({
    key: {
      kind: 'concat',
      parts: [
        { kind: 'word', text: `10.96.${at >> 8}.${at & 255}` },
        { kind: 'word', text: 'tcp' },
        { kind: 'number', value: 80 },
      ],
    },
    get data() {
      looks += 1;
      return { kind: 'goto', chain: chain(at) } as const;
    },
  }));
  const ports = drawableNftPorts({ family: 'IPv4', ruleset: rulesetOf(elements) });
  const nodes = ports.map(({ draw: drawOne }, at) => drawOne(at + 1).nodes.length);
  expect(nodes).toEqual(Array.from({ length: SERVICES }, () => 2));
  expect(looks).toBeLessThan(20 * SERVICES);
});
