import { describe, expect, it } from 'vitest';
import { compareTables } from '../../../../src/modes/nftables/compare/compare.ts';
import { printPart } from '../../../../src/modes/nftables/compare/part.ts';
import { readDump } from '../../../../src/modes/nftables/read-dump.ts';
import { type NftDump } from '../../../../src/modes/nftables/dump.ts';

const dumpOf = (text: string): NftDump => {
  const { value } = readDump({ name: 'dump', text }, 'IPv4');
  if (value === undefined) throw new Error('unreadable');
  return value;
};

/** `KIND OWNER: MESSAGE` of every difference, and the notes. */
function told(expected: string, actual: string, strict = false): readonly string[] {
  const { differences, notes } = compareTables(dumpOf(expected).ruleset, dumpOf(actual), { strict });
  return [
    ...differences.map(({ kind, service, message }) => `${kind} ${service ?? 'node'}: ${message}`),
    ...notes.map(({ message }) => `note: ${message}`),
  ];
}

const WEB = 'AAAAAAAA-default/web/tcp/http';

/** kube-proxy's table with one Service; the parts that tests change are parameters. */
const table = (
  draw = 'meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.1.1 . 8080, 1 : 10.244.1.2 . 8080 }',
  { more = '', portals = '', others = '' } = {},
): string => `table ip kube-proxy {
  set cluster-ips {
    type ipv4_addr
    elements = { 10.96.0.1 }
  }
  map service-ips {
    type ipv4_addr . inet_proto . inet_service : verdict
    elements = { 10.96.0.1 . tcp . 80 : goto service-${WEB}${portals} }
  }
  chain nat-prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    jump services
  }
  chain services {
    ip daddr . meta l4proto . th dport vmap @service-ips
  }
  chain service-${WEB} {
    ${draw}
  }
  ${more}
}
${others}`;

const one = (address: string): string => `meta l4proto tcp dnat to ${address}`;
const drawn = (modulus: number, ...addresses: readonly string[]): string =>
  `meta l4proto tcp dnat ip to numgen random mod ${modulus} map { ${addresses
    .map((address, at) => `${at} : ${address} . 8080`)
    .join(', ')} }`;

describe('endpoints of mode nftables', () => {
  it.each([
    ['equal, drawn from one or named', one('10.0.0.1:8080'), drawn(1, '10.0.0.1'), []],
    ['in another order', drawn(2, '10.0.0.1', '10.0.0.2'), drawn(2, '10.0.0.2', '10.0.0.1'), []],
    [
      'down to one, which is named',
      drawn(2, '10.0.0.1', '10.0.0.2'),
      one('10.0.0.1:8080'),
      ['missing-endpoint default/web:http/TCP: endpoint 10.0.0.2:8080 is missing on the node'],
    ],
    [
      'never drawn',
      drawn(2, '10.0.0.1', '10.0.0.2'),
      drawn(1, '10.0.0.1', '10.0.0.2'),
      ['missing-endpoint default/web:http/TCP: endpoint 10.0.0.2:8080 gets no new connections'],
    ],
    [
      'lost, with a number that leads nowhere',
      drawn(2, '10.0.0.1', '10.0.0.2'),
      drawn(3, '10.0.0.1'),
      [
        'missing-endpoint default/web:http/TCP: endpoint 10.0.0.2:8080 is missing on the node; 2/3 (66.67%) of new connections reach no endpoint at all',
      ],
    ],
    [
      'left behind',
      drawn(1, '10.0.0.1'),
      drawn(2, '10.0.0.1', '10.0.0.2'),
      [
        'stale-endpoint default/web:http/TCP: endpoint 10.0.0.2:8080 is stale, but still gets 1/2 (50%) of the traffic',
      ],
    ],
    [
      'spread unevenly',
      drawn(2, '10.0.0.1', '10.0.0.2'),
      drawn(3, '10.0.0.1', '10.0.0.2', '10.0.0.2'),
      [
        'wrong-probability default/web:http/TCP: traffic is not spread evenly: 10.0.0.1:8080 gets 1/3 (33.33%) instead of 1/2 (50%), 10.0.0.2:8080 gets 2/3 (66.67%) instead of 1/2 (50%)',
      ],
    ],
    [
      'drawn in turns',
      drawn(2, '10.0.0.1', '10.0.0.2'),
      drawn(2, '10.0.0.1', '10.0.0.2').replace('random', 'inc'),
      [
        `changed-rule default/web:http/TCP: the rule that spreads traffic over endpoints in service-${WEB} was changed: it has "dnat to numgen inc mod 1 map {  }" instead of "dnat to numgen random mod 1 map {  }"`,
      ],
    ],
    [
      'gone with their rule',
      drawn(2, '10.0.0.1', '10.0.0.2'),
      'drop',
      [
        `changed-rule default/web:http/TCP: the rule "${drawn(2, '10.0.0.1', '10.0.0.2')}" in service-${WEB} was changed: it has "drop" instead of "meta l4proto tcp" and "${drawn(2, '10.0.0.1', '10.0.0.2').slice('meta l4proto tcp '.length)}"`,
      ],
    ],
  ])('%s', (_what, expected, actual, findings) => {
    expect(told(table(expected), table(actual))).toEqual(findings);
  });
});

describe('session affinity of mode nftables', () => {
  const base = 'BBBBBBBB-default/web/tcp/http__10.244.1.1/8080';
  const sticky = table(
    `ip saddr @affinity-${base} goto endpoint-${base}\n numgen random mod 1 vmap { 0 : goto endpoint-${base} }`,
    {
      more: `set affinity-${base} {
        type ipv4_addr
        size 65535
        flags dynamic,timeout
        timeout 3h
      }
      chain endpoint-${base} {
        update @affinity-${base} { ip saddr }
        meta l4proto tcp dnat to 10.244.1.1:8080
      }`,
    },
  );
  const plain = table(drawn(1, '10.244.1.1'));

  it('is one finding when it is missing or not expected', () => {
    expect(told(sticky, plain)).toEqual([
      'changed-rule default/web:http/TCP: session affinity is missing on the node',
    ]);
    expect(told(plain, sticky)).toEqual([
      'changed-rule default/web:http/TCP: the node has session affinity, where none is expected',
    ]);
  });

  it('is compared by its time, not by its clients', () => {
    expect(
      told(sticky, sticky.replace('timeout 3h', 'timeout 3h\n elements = { 10.0.0.1 expires 5s }')),
    ).toEqual([]);
    expect(told(sticky, sticky.replace('timeout 3h', 'timeout 1h'))).toEqual([
      'changed-rule default/web:http/TCP: set of session affinity to endpoint 10.244.1.1:8080 was changed: its timeout is 1h, not 3h',
    ]);
  });
});

describe('objects of mode nftables', () => {
  it('that nothing leads to are told in a note, or as differences when asked', () => {
    const left = table(undefined, {
      more: 'chain service-CCCCCCCC-old/one/tcp/ {\n drop\n }\n chain service-DDDDDDDD-old/two/tcp/ {\n }',
    });
    expect(told(table(), left)).toEqual([
      'note: 1 object that nothing leads to is left over: service-CCCCCCCC-old/one/tcp/',
    ]);
    expect(told(table(), left, true)).toEqual([
      'stale-service old/one/TCP: the Service is not expected, but is still on the node',
    ]);
  });

  it('of mode iptables are told in a note', () => {
    const others = `table ip nat {\n chain KUBE-SERVICES {\n }\n chain KUBE-KUBELET-CANARY {\n }\n}\n`;
    expect(told(table(), table(undefined, { others }))).toEqual([
      "note: 1 chains of kube-proxy's mode iptables are left over and may take traffic of Services: KUBE-SERVICES; kube-proxy --cleanup removes them",
    ]);
  });

  it('of a missing Service are one finding', () => {
    const without = table()
      .replace(/elements = \{ 10.96.0.1 \}/, '')
      .replace(/elements = \{ 10.96.0.1 . tcp.*/, '')
      .replace(/chain service-[^}]*\}\s*\}/, '');
    expect(told(table(), without)).toEqual([
      'missing-service default/web:http/TCP: the Service is missing on the node',
    ]);
    expect(told(without, table())).toEqual([
      'stale-service default/web:http/TCP: the Service is not expected, but is still on the node',
    ]);
    const unserved = (elements: string): string => `map no-endpoint-services {
      type ipv4_addr . inet_proto . inet_service : verdict
      ${elements}
    }`;
    const rejecting = unserved(
      'elements = { 10.96.0.1 . tcp . 80 comment "default/web:http" : goto reject-chain }',
    );
    expect(
      told(
        table(undefined, { more: unserved('') }),
        without.replace('chain services', `${rejecting}\n chain services`),
      ),
    ).toEqual([
      'missing-service default/web:http/TCP: the Service is missing on the node, which rejects its traffic as if it had no endpoints',
    ]);
  });

  it('are printed as commands of nft', () => {
    const { differences } = compareTables(dumpOf(table()).ruleset, dumpOf('table ip nat {\n}\n'), {});
    expect(differences.flatMap(({ expected }) => expected.map((part) => printPart(part, 'IPv4')))).toEqual([
      'add table ip kube-proxy',
      `add chain ip kube-proxy service-${WEB}`,
      `add rule ip kube-proxy service-${WEB} ${drawn(2, '10.244.1.1', '10.244.1.2')}`,
    ]);
  });
});
