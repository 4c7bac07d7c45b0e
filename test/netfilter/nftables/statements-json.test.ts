/** Statements in the JSON of nft: what is understood, and what is kept as it stands. */
import { describe, expect, it } from 'vitest';
import { printJson } from '../../../src/netfilter/nftables/json.ts';
import { type NftFamily, type Rule, type Ruleset } from '../../../src/netfilter/nftables/model.ts';
import { spellingOf } from '../../../src/netfilter/nftables/nft-release.ts';
import { readNft } from '../../../src/netfilter/nftables/read-nft.ts';
import { printRule } from '../../../src/netfilter/nftables/rule-text.ts';

const NEWEST = spellingOf('1.1.3');

/** A table in JSON with one rule of one statement. */
function ruleset(statement: string, family: NftFamily): Ruleset {
  const inTable = `"family": "${family}", "table": "t"`;
  const objects = [
    `{"table": {"family": "${family}", "name": "t"}}`,
    `{"chain": {${inTable}, "name": "c"}}`,
    `{"rule": {${inTable}, "chain": "c", "expr": [${statement}]}}`,
  ];
  const { value, problems } = readNft({ name: 'dump', text: `{"nftables": [${objects.join(', ')}]}` });
  expect(problems).toEqual([]);
  return value!;
}

const ruleOf = ({ tables: [table] }: Ruleset): Rule => table!.chains[0]!.rules[0]!;

function statementIn(json: string): string {
  const { nftables } = JSON.parse(json) as { nftables: readonly { rule?: { expr: readonly unknown[] } }[] };
  return JSON.stringify(nftables.at(-1)!.rule!.expr[0]);
}

const compact = (json: string): string => JSON.stringify(JSON.parse(json));
const equals = (left: string, right: string): string =>
  `{"match": {"op": "==", "left": ${left}, "right": ${right}}}`;
const SOURCE = '{"payload": {"protocol": "ip", "field": "saddr"}}';
const PORT = '{"payload": {"protocol": "tcp", "field": "dport"}}';
const MARK = '{"meta": {"key": "mark"}}';

describe('a statement that is understood', () => {
  it.each([
    [
      'ct state established,related',
      '{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "related"]}}',
    ],
    ['ct state != new', '{"match": {"op": "!=", "left": {"ct": {"key": "state"}}, "right": "new"}}'],
    ['tcp dport 80-443', equals(PORT, '{"range": [80, 443]}')],
    ['ip saddr 10.0.0.1-10.0.0.9', equals(SOURCE, '{"range": ["10.0.0.1", "10.0.0.9"]}')],
    ['ip saddr @banned', equals(SOURCE, '"@banned"')],
    [
      'ip saddr { 10.0.0.1 timeout 1h expires 59s comment "one" }',
      equals(
        SOURCE,
        '{"set": [{"elem": {"val": "10.0.0.1", "timeout": 3600, "expires": 59, "comment": "one"}}]}',
      ),
    ],
    ['oifname "eth0"', equals('{"meta": {"key": "oifname"}}', '"eth0"')],
    ['meta mark ^ 0x00000001 == 0x00000003', equals(`{"^": [${MARK}, 1]}`, '3')],
    [
      'fib daddr . iif type local',
      equals('{"fib": {"result": "type", "flags": ["daddr", "iif"]}}', '"local"'),
    ],
    [
      'numgen inc mod 3 offset 2 vmap { 2 : accept, 3 : goto d }',
      `{"vmap": {"key": {"numgen": {"mode": "inc", "mod": 3, "offset": 2}}, "data": {"set": [[2, {"accept": null}], [3, {"goto": {"target": "d"}}]]}}}`,
    ],
    [
      'meta mark set meta mark | 0x00004000',
      `{"mangle": {"key": ${MARK}, "value": {"|": [${MARK}, 16384]}}}`,
    ],
    ['ct mark set 0x00000005', '{"mangle": {"key": {"ct": {"key": "mark"}}, "value": 5}}'],
    ['masquerade', '{"masquerade": null}'],
    ['masquerade random', '{"masquerade": {"flags": "random"}}'],
    ['masquerade random,persistent', '{"masquerade": {"flags": ["random", "persistent"]}}'],
    ['dnat to 10.0.0.1:53', '{"dnat": {"addr": "10.0.0.1", "port": 53}}'],
    ['snat ip to 10.0.0.1', '{"snat": {"family": "ip", "addr": "10.0.0.1"}}'],
    [
      'dnat ip to tcp dport map { 80 : 10.0.0.1 . 8080 }',
      `{"dnat": {"family": "ip", "addr": {"map": {"key": ${PORT}, "data": {"set": [[80, {"concat": ["10.0.0.1", 8080]}]]}}}}}`,
    ],
    ['reject', '{"reject": {"type": "icmp", "expr": "port-unreachable"}}'],
    ['reject with icmp host-unreachable', '{"reject": {"type": "icmp", "expr": "host-unreachable"}}'],
    ['reject with tcp reset', '{"reject": {"type": "tcp reset"}}'],
    ['update @seen { ip saddr }', `{"set": {"op": "update", "elem": ${SOURCE}, "set": "@seen"}}`],
    ['counter', '{"counter": null}'],
    ['counter packets 3 bytes 180', '{"counter": {"packets": 3, "bytes": 180}}'],
    ['continue', '{"continue": null}'],
    ['jump d', '{"jump": {"target": "d"}}'],
  ])('%s', (text, statement) => {
    const read = ruleset(statement, 'ip');
    expect(printRule(ruleOf(read), NEWEST)).toBe(text);
    expect(statementIn(printJson(read, NEWEST))).toBe(compact(statement));
  });

  it('may have one value in place of a list', () => {
    const lonely = ruleset(equals(PORT, '{"set": 80}'), 'ip');
    expect(printRule(ruleOf(lonely), NEWEST)).toBe('tcp dport { 80 }');
    const without = ruleset(
      `{"vmap": {"key": {"numgen": {"mode": "random", "mod": 2}}, "data": "@m"}}`,
      'ip',
    );
    expect(printRule(ruleOf(without), NEWEST)).toBe('numgen random mod 2 vmap @m');
  });

  it.each<readonly [NftFamily, string]>([
    ['ip6', 'icmpv6'],
    ['inet', 'icmpx'],
    ['bridge', 'icmpx'],
  ])('a plain reject answers in %s with %s', (family, type) => {
    const statement = `{"reject":{"type":"${type}","expr":"port-unreachable"}}`;
    const read = ruleset(statement, family);
    expect(ruleOf(read).statements).toEqual([{ kind: 'reject' }]);
    expect(statementIn(printJson(read, NEWEST))).toBe(statement);
  });

  it('shows the test of the highest bits of a mark as each release of nft does', () => {
    const masked = equals(`{"&": [${MARK}, 2147483648]}`, '0');
    const prefixed = equals(MARK, '{"prefix": {"addr": 0, "len": 1}}');
    for (const form of [masked, prefixed]) {
      expect(statementIn(printJson(ruleset(form, 'ip'), spellingOf('1.0.6')))).toBe(compact(prefixed));
      expect(statementIn(printJson(ruleset(form, 'ip'), NEWEST))).toBe(compact(masked));
    }
    const everything = equals(MARK, '{"prefix": {"addr": 0, "len": 0}}');
    expect(printRule(ruleOf(ruleset(everything, 'ip')), NEWEST)).toBe('meta mark & 0x00000000 == 0x00000000');
    const odd = equals(`{"&": [${MARK}, 5]}`, '0');
    expect(statementIn(printJson(ruleset(odd, 'ip'), spellingOf('1.0.6')))).toBe(compact(odd));
  });
});

describe('what is not understood is kept as it stands', () => {
  const expressions = [
    'null',
    '1.5',
    '{}',
    '[{}]',
    '{"jhash": {"mod": 2}}',
    '{"payload": {"base": "th", "offset": 0, "len": 16}}',
    '{"payload": {"protocol": "ip", "field": "odd"}}',
    '{"payload": 1}',
    '{"meta": {"key": "odd"}}',
    '{"meta": {"key": 1}}',
    '{"meta": {"key": "mark", "more": 1}}',
    '{"ct": {"key": "odd"}}',
    '{"ct": {"name": "mark"}}',
    '{"fib": {"result": "odd", "flags": "saddr"}}',
    '{"fib": {"result": "type", "flags": ["odd"]}}',
    '{"fib": {"flags": ["saddr"]}}',
    '{"fib": 1}',
    '{"numgen": {"mode": "odd", "mod": 2}}',
    '{"numgen": {"mode": "inc"}}',
    '{"numgen": {"mode": "inc", "mod": 2, "offset": "x"}}',
    '{"concat": []}',
    '{"concat": 1}',
    '{"concat": [{}]}',
    `{"&": [${MARK}, 1, 2]}`,
    `{"&": [${MARK}]}`,
    '{"&": 1}',
    '{"|": [{}, 1]}',
    '{"prefix": {"len": 8}}',
    '{"prefix": {"addr": "10.0.0.0"}}',
    '{"prefix": 1}',
    '{"range": [1]}',
    '{"range": 1}',
    '{"set": [{}]}',
    '{"set": [[1, 2, 3]]}',
    '{"set": [[1, {}]]}',
    '{"set": [{"elem": {"val": {}}}]}',
    '{"set": [{"elem": {"val": 1, "counter": null}}]}',
    '{"set": [{"elem": 1}]}',
    '{"map": {"key": 1}}',
    '{"map": {"data": "@m"}}',
  ];
  const statements = [
    '{}',
    '{"limit": {"rate": 1}}',
    '{"match": 1}',
    `{"match": {"op": "~", "left": ${PORT}, "right": 1}}`,
    `{"match": {"op": "in", "left": ${PORT}, "right": 1}}`,
    `{"match": {"op": "in", "right": 1}}`,
    `{"match": {"op": "==", "left": ${PORT}}}`,
    '{"vmap": 1}',
    `{"vmap": {"key": ${PORT}, "data": 1}}`,
    '{"vmap": {"data": "@m"}}',
    '{"mangle": 1}',
    `{"mangle": {"key": ${MARK}}}`,
    '{"mangle": {"value": 1}}',
    '{"masquerade": {"port": 1}}',
    '{"masquerade": {"flags": 1}}',
    '{"masquerade": 1}',
    '{"dnat": 1}',
    '{"dnat": {"addr": "10.0.0.1", "flags": "random"}}',
    '{"dnat": {"addr": "10.0.0.1", "port": {}}}',
    '{"dnat": {"addr": "10.0.0.1", "family": "inet"}}',
    '{"reject": null}',
    '{"reject": {"type": "icmp"}}',
    '{"set": 1}',
    `{"set": {"op": "odd", "elem": ${SOURCE}, "set": "@s"}}`,
    `{"set": {"op": "add", "set": "@s"}}`,
    `{"set": {"op": "add", "elem": ${SOURCE}}}`,
    `{"set": {"op": "add", "elem": ${SOURCE}, "set": "s"}}`,
    `{"set": {"op": "delete", "elem": ${SOURCE}, "set": "@s", "stmt": []}}`,
    '{"counter": "name"}',
    '{"counter": {"packets": 1}}',
    '{"jump": null}',
    '{"goto": {"target": 1}}',
    '{"accept": null, "drop": null}',
  ];

  it.each([...expressions.map((expression) => equals(PORT, expression)), ...statements])(
    '%s',
    (statement) => {
      const read = ruleset(statement, 'ip');
      expect(ruleOf(read).statements).toEqual([{ kind: 'unknown', form: 'json', text: statement }]);
      expect(statementIn(printJson(read, NEWEST))).toBe(compact(statement));
    },
  );

  it('names text that has no form in JSON', () => {
    const text = 'table ip t {\n\tchain c {\n\t\tlog prefix "x" drop\n\t}\n}\n';
    const { value } = readNft({ name: 'dump', text });
    expect(statementIn(printJson(value!, NEWEST))).toBe('{"unknown":"log prefix \\"x\\""}');
  });
});
