/** Reading tables in every form: lists, JSON, scripts, and scripts in a log of kube-proxy. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { printJson } from '../../../src/netfilter/nftables/json.ts';
import { printList } from '../../../src/netfilter/nftables/list.ts';
import { type Ruleset } from '../../../src/netfilter/nftables/model.ts';
import { NEWEST_NFT, spellingOf } from '../../../src/netfilter/nftables/nft-release.ts';
import { readNft } from '../../../src/netfilter/nftables/read-nft.ts';
import { printScript } from '../../../src/netfilter/nftables/script.ts';
import { canonicalForm } from '../../helpers/nftables-canonical-form.ts';
import { listings, listingSource } from '../../helpers/nftables-listings.ts';

const NEWEST = spellingOf(NEWEST_NFT);

function read(text: string): Ruleset {
  const { value, problems } = readNft({ name: 'dump', text });
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return value;
}

/** Every capture with SVC2IPT_FULL=1, else some of every case. */
const captures = listings().filter(
  ({ form, nft }, index) =>
    form === 'text' && nft === NEWEST_NFT && (process.env['SVC2IPT_FULL'] === '1' || index % 7 === 0),
);
const jsonCaptures = listings().filter(({ form }) => form === 'json');

describe('every capture in JSON', () => {
  it('comes out as it went in, with handles', () => {
    const changed = jsonCaptures.filter((listing) => {
      const { text } = listingSource(listing);
      return printJson(read(text), spellingOf(listing.nft)) !== text;
    });
    expect(jsonCaptures.length).toBeGreaterThan(20);
    expect(changed).toEqual([]);
  });

  it.each(jsonCaptures.map((listing) => ({ ...listing })))(
    '$case $releases $family is the same table as in text',
    (listing) => {
      const [first = ''] = listing.releases.split('-');
      const asText = listings().find(
        ({ case: name, form, nft, family, releases }) =>
          name === listing.case &&
          form === 'text' &&
          nft === listing.nft &&
          family === listing.family &&
          releases.split('-')[0]! <= first &&
          releases.split('-').at(-1)! >= first,
      )!;
      expect(canonicalForm(read(listingSource(listing).text))).toBe(
        canonicalForm(read(readFileSync(asText.file, 'utf8'))),
      );
    },
  );
});

describe('every capture', () => {
  const different = (throughText: (ruleset: Ruleset) => string): readonly string[] =>
    captures
      .filter((listing) => {
        const ruleset = read(listingSource(listing).text);
        return canonicalForm(read(throughText(ruleset))) !== canonicalForm(ruleset);
      })
      .map(({ file }) => file);

  it('is the same table after it was written as a script and read again', () => {
    expect(captures.length).toBeGreaterThan(100);
    expect(different(printScript)).toEqual([]);
  });

  it('is the same table after it was written as JSON and read again', () => {
    expect(different((ruleset) => printJson(ruleset, NEWEST))).toEqual([]);
  });
});

const SCRIPT = `add table ip kube-proxy { comment "rules for kube-proxy" ; }
add chain ip kube-proxy nat-output
delete chain ip kube-proxy nat-output
add chain ip kube-proxy nat-output { type nat hook output priority -100 ; }
add chain ip kube-proxy masquerading
flush chain ip kube-proxy masquerading
add rule ip kube-proxy masquerading mark and 0x4000 != 0 mark set mark xor 0x4000 masquerade fully-random
add map ip kube-proxy service-ips { type ipv4_addr . inet_proto . inet_service : verdict ; comment "ClusterIP, ExternalIP and LoadBalancer IP traffic" ; }
add set ip kube-proxy affinity { type ipv4_addr ; flags dynamic,timeout ; timeout 10800s ; }
add chain ip kube-proxy service-AAAAAAAA-shop/web/tcp/http
add rule ip kube-proxy service-AAAAAAAA-shop/web/tcp/http ip daddr 10.96.0.1 tcp dport 80 ip saddr != 10.244.0.0/16 mark set mark or 0x4000
add rule ip kube-proxy service-AAAAAAAA-shop/web/tcp/http numgen random mod 2 vmap { 0 : goto masquerading , 1 : goto masquerading }
insert rule ip kube-proxy service-AAAAAAAA-shop/web/tcp/http ip saddr != { 10.1.0.0/16, 10.0.0.0/16, 10.0.3.0/24 } drop comment "first"
add rule ip kube-proxy service-AAAAAAAA-shop/web/tcp/http index 0 ip saddr { 10.9.0.1 } return
add element ip kube-proxy service-ips { 10.96.0.2 . tcp . 80 : drop }
add element ip kube-proxy service-ips { 10.96.0.1 . tcp . 80 comment "shop/web:http" : goto service-AAAAAAAA-shop/web/tcp/http }
delete element ip kube-proxy service-ips { 10.96.0.2 . tcp . 80 }
`;

const LISTED = `table ip kube-proxy {
	comment "rules for kube-proxy"
	map service-ips {
		type ipv4_addr . inet_proto . inet_service : verdict
		comment "ClusterIP, ExternalIP and LoadBalancer IP traffic"
		elements = { 10.96.0.1 . tcp . 80 comment "shop/web:http" : goto service-AAAAAAAA-shop/web/tcp/http }
	}

	set affinity {
		type ipv4_addr
		flags dynamic,timeout
		timeout 3h
	}

	chain nat-output {
		type nat hook output priority dstnat; policy accept;
	}

	chain masquerading {
		meta mark & 0x00004000 != 0x00000000 meta mark set meta mark ^ 0x00004000 masquerade fully-random
	}

	chain service-AAAAAAAA-shop/web/tcp/http {
		ip saddr != { 10.0.0.0/15 } drop comment "first"
		ip saddr 10.9.0.1 return
		ip daddr 10.96.0.1 tcp dport 80 ip saddr != 10.244.0.0/16 meta mark set meta mark | 0x00004000
		numgen random mod 2 vmap { 0 : goto masquerading, 1 : goto masquerading }
	}
}
`;

describe('a script as kube-proxy writes it', () => {
  it('leaves what nft lists after it', () => {
    expect(printList(read(SCRIPT), NEWEST)).toBe(LISTED);
  });

  it('is found in a log', () => {
    const lines = SCRIPT.trimEnd().split('\n');
    const entry = (some: readonly string[]): string =>
      [
        `I1121 10:00:00.000001       1 proxier.go:1790] "Reloading service nftables data" ipFamily="IPv4"`,
        'I1121 10:00:00.000002       1 proxier.go:1796] "Running nftables transaction" transaction=<',
        ...some.map((line) => `\t${line}`),
        ' >',
      ].join('\n');
    const log = `${entry(lines.slice(0, 9))}\nE1121 } not a command {\n${entry(lines.slice(9))}\n`;
    expect(printList(read(log), NEWEST)).toBe(LISTED);
  });

  it('may empty what was there', () => {
    expect(read(`${SCRIPT}flush ruleset\n`)).toEqual({ tables: [] });
    expect(read(`${SCRIPT}delete table ip kube-proxy\ndestroy table ip kube-proxy\n`)).toEqual({
      tables: [],
    });
    const emptied = [
      'flush table ip kube-proxy',
      'flush map ip kube-proxy service-ips',
      'delete set ip kube-proxy affinity',
      'destroy chain ip kube-proxy absent',
    ].join('; ');
    const [table] = read(`${SCRIPT}${emptied}`).tables;
    expect(table?.sets.map(({ name, elements }) => [name, elements])).toEqual([['service-ips', []]]);
    expect(table?.chains.flatMap(({ rules }) => rules)).toEqual([]);
  });
});

describe('a script of other software', () => {
  it('leaves what nft lists after it', () => {
    const script = `add table ip "t" { flags dormant ; }
add table ip t
add chain ip t c { type filter hook ingress device "eth0" priority 5 ; policy drop ; }
add chain ip t c
add set ip t ports { type inet_service ; timeout 1m ; elements = { 80, 443 comment "tls" } ; }
add set ip t ports { type inet_service ; }
add map ip t ways { typeof meta mark : verdict ; size 8 ; }
add set ip t any { typeof ip saddr . meta mark ; }
add element ip t ways { 0x1 : drop }
add element ip t ways { 0x1 : drop }
add rule ip t c accept
insert rule ip t c index 0 drop
add rule ip t c index 0 ip saddr { 10.0.0.5, 10.0.0.6, 10.0.0.9-10.0.0.20 } return
insert rule ip t c tcp dport { 80 } continue
add rule ip t c tcp dport { 80, 81, 80 } ip6 saddr { fd00::1, fd00::/64, fd01::1 } drop
`;
    const listed = `table ip t {
	flags dormant
	set ports {
		type inet_service
		timeout 1m
		elements = { 80, 443 comment "tls" }
	}

	map ways {
		size 8
		typeof meta mark : verdict
		elements = { 0x00000001 : drop }
	}

	set any {
		typeof ip saddr . meta mark
	}

	chain c {
		type filter hook ingress device "eth0" priority filter + 5; policy drop;
		tcp dport 80 continue
		drop
		ip saddr { 10.0.0.5, 10.0.0.6, 10.0.0.9-10.0.0.20 } return
		accept
		tcp dport { 80, 81 } ip6 saddr { fd00::/64, fd01::1 } drop
	}
}
`;
    const read = readNft({ name: 'dump', text: script });
    expect(read.problems).toEqual([]);
    expect(printList(read.value!, NEWEST)).toBe(listed);
    const again = readNft({ name: 'again', text: printScript(read.value!) });
    expect(printList(again.value!, NEWEST)).toBe(listed);
  });
});

describe('JSON of other software', () => {
  const objects = [
    { table: { family: 'inet', name: 'fw', flags: ['dormant'] } },
    { flowtable: { family: 'inet', table: 'fw', name: 'fast', prio: 0 } },
    { set: { family: 'inet', table: 'fw', name: 'cards', type: 'ifname', elem: ['eth0'] } },
    { map: { family: 'inet', table: 'fw', name: 'marks', type: 'mark', map: 'verdict', 'auto-merge': true } },
    { set: { family: 'inet', table: 'fw', name: 'by', type: { typeof: { ct: { key: 'mark' } } } } },
    { chain: { family: 'inet', table: 'fw', name: 'in', type: 'filter', hook: 'input', prio: 0 } },
    { rule: { family: 'inet', table: 'fw', chain: 'in', handle: 4, expr: [{ log: { prefix: 'x' } }] } },
  ];

  it('gives keys the form that their types ask for, and comes out as it went in', () => {
    const inTable = { family: 'netdev', table: 'fw' };
    const listed = [
      { table: { family: 'netdev', name: 'fw', comment: 'mine', flags: ['dormant', 'owner'] } },
      {
        chain: {
          ...inTable,
          name: 'in',
          type: 'filter',
          hook: 'ingress',
          dev: 'eth0',
          prio: 0,
          policy: 'drop',
        },
      },
      {
        map: {
          family: 'netdev',
          name: 'ways',
          table: 'fw',
          type: ['ifname', 'mark', 'inet_service'],
          map: ['ipv4_addr', 'inet_service'],
          size: 8,
          flags: ['interval', 'timeout'],
          timeout: 60,
          elem: [[{ concat: ['eth0', 1, 80] }, { concat: ['10.0.0.1', 80] }]],
        },
      },
      { set: { family: 'netdev', name: 'marks', table: 'fw', type: 'mark', elem: [1, 7] } },
    ];
    const { version, releaseName } = NEWEST;
    const metainfo = { version, release_name: releaseName, json_schema_version: 1 };
    const ruleset = read(JSON.stringify({ nftables: [{ metainfo }, ...listed] }));
    expect(printList(ruleset, NEWEST)).toBe(`table netdev fw {
	comment "mine"
	flags dormant,owner
	map ways {
		type ifname . mark . inet_service : ipv4_addr . inet_service
		size 8
		flags interval,timeout
		timeout 1m
		elements = { "eth0" . 0x00000001 . 80 : 10.0.0.1 . 80 }
	}

	set marks {
		type mark
		elements = { 0x00000001, 0x00000007 }
	}

	chain in {
		type filter hook ingress device "eth0" priority filter; policy drop;
	}
}
`);
    expect(JSON.parse(printJson(ruleset, NEWEST))).toEqual({ nftables: [{ metainfo }, ...listed] });
    const older = printJson(ruleset, spellingOf('1.0.6'));
    expect(older).not.toContain('mine');
    expect(older.indexOf('"map"')).toBeLessThan(older.indexOf('"chain"'));
  });

  it('keeps what is not known', () => {
    expect(read(JSON.stringify({ nftables: objects }))).toEqual({
      tables: [
        {
          family: 'inet',
          name: 'fw',
          flags: ['dormant'],
          others: [
            {
              form: 'json',
              text: '{"flowtable": {"family": "inet", "table": "fw", "name": "fast", "prio": 0}}',
            },
          ],
          sets: [
            {
              name: 'cards',
              keyType: ['ifname'],
              flags: [],
              otherLines: [],
              elements: [{ key: { kind: 'quoted', text: 'eth0' } }],
            },
            {
              name: 'marks',
              keyType: ['mark'],
              dataType: ['verdict'],
              flags: [],
              otherLines: ['auto-merge'],
              elements: [],
            },
            {
              name: 'by',
              keyType: [],
              flags: [],
              otherLines: ['typeof {"typeof": {"ct": {"key": "mark"}}}'],
              elements: [],
            },
          ],
          chains: [
            {
              name: 'in',
              hook: { type: 'filter', hook: 'input', priority: 0 },
              rules: [
                {
                  handle: 4,
                  statements: [{ kind: 'unknown', form: 'json', text: '{"log": {"prefix": "x"}}' }],
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

/** A table in JSON with one more object. */
const withObject = (object: string): string =>
  `{"nftables": [{"table": {"family": "ip", "name": "t"}},\n${object}]}`;
const inTable = '"family": "ip", "table": "t"';
/** A script that makes a table, a chain and a set, and goes on. */
const after = (command: string): string =>
  `add table ip t\nadd chain ip t c\nadd set ip t s { type ipv4_addr ; }\n${command}\n`;

describe('a damaged text is an error with its place', () => {
  it.each([
    [
      'no known form',
      'hello',
      '1:1: error: expected "table", a command as "add", or the JSON of nft, found "hello" [dump-syntax]',
    ],
    [
      'iptables-save',
      '*nat\n:X - [0:0]\n',
      '1:1: error: expected "table", a command as "add", or the JSON of nft, found "*nat" [dump-syntax]',
    ],
    ['a quote alone', '\n"', '2:1: error: the quote is not closed on this line [dump-syntax]'],
    [
      'blanks that nft does not know',
      'table ip t {\n\tchain c {\n\u00a0\u2028\n\tset s {\n',
      '5:1: error: the text ends here: expected "}"; is it complete? [dump-truncated]',
    ],
    [
      'JSON cut short',
      '{"nftables": [{"table"',
      '1:23: error: the text ends before the { of line 1, column 15 is closed: is the file complete? [json-syntax]',
    ],
    ['JSON that is none', '{nftables: []}', '1:2: error: expected a key in double quotes here [json-syntax]'],
    [
      'JSON of something else',
      '{"rules": []}',
      '1:1: error: expected {"nftables": [...]}, as nft -j prints it [dump-syntax]',
    ],
    [
      'a manifest',
      '{"kind": "List"}',
      '1:1: error: This is a manifest of Kubernetes, not a dump of a node: give it to -f. [dump-unknown-form]',
    ],
    [
      'JSON nested deep',
      '{"a":'.repeat(200),
      '1:501: error: nested deeper than 100 levels, the most that is read [input-too-large]',
    ],
    [
      'two JSON objects',
      '{"nftables": []}\n{"nftables": []}',
      '2:1: error: nft prints one object: this is a second one [dump-syntax]',
    ],
    [
      'a list that is none',
      '{"nftables": {}}',
      '1:1: error: expected {"nftables": [...]}, as nft -j prints it [dump-syntax]',
    ],
    [
      'an object without a name',
      '{"nftables": [{}]}',
      '1:15: error: expected an object with one key, as {"table": ...} [dump-syntax]',
    ],
    [
      'an object that is a number',
      '{"nftables": [{"table": 1}]}',
      '1:25: error: expected an object [dump-syntax]',
    ],
    [
      'a key twice',
      '{"nftables": [{"table": {"family": "ip", "name": "a", "name": "b"}}]}',
      '1:55: error: this key stands twice in one object [dump-syntax]',
    ],
    [
      'another schema',
      '{"nftables": [{"metainfo": {"json_schema_version": 2}}]}',
      '1:52: error: only version 1 of the JSON of nft is known [dump-syntax]',
    ],
    [
      'an unknown family in JSON',
      '{"nftables": [{"table": {"family": "ip5", "name": "a"}}]}',
      '1:36: error: expected one of ip, ip6, inet, arp, bridge, netdev [dump-syntax]',
    ],
    [
      'a table without a name',
      '{"nftables": [{"table": {"family": "ip"}}]}',
      '1:25: error: expected a text in "name" [dump-syntax]',
    ],
    [
      'a comment that is no text',
      '{"nftables": [{"table": {"family": "ip", "name": "a", "comment": 1}}]}',
      '1:66: error: expected a text in "comment" [dump-syntax]',
    ],
    [
      'a table twice',
      withObject('{"table": {"family": "ip", "name": "t"}}'),
      '2:11: error: table ip t stands here for the second time [dump-syntax]',
    ],
    [
      'a chain of no table',
      withObject('{"chain": {"family": "ip", "table": "u", "name": "c"}}'),
      '2:37: error: table ip u does not stand before its parts [dump-syntax]',
    ],
    [
      'a hook without a priority',
      withObject(`{"chain": {${inTable}, "name": "c", "type": "nat", "hook": "output"}}`),
      '2:11: error: expected a whole number in "prio" [dump-syntax]',
    ],
    [
      'a set without a type',
      withObject(`{"set": {${inTable}, "name": "s"}}`),
      '2:9: error: expected types in "type" [dump-syntax]',
    ],
    [
      'flags that are no texts',
      withObject(`{"set": {${inTable}, "name": "s", "type": "mark", "flags": [1]}}`),
      '2:78: error: expected texts in "flags" [dump-syntax]',
    ],
    [
      'elements that are no list',
      withObject(`{"set": {${inTable}, "name": "s", "type": "mark", "elem": 1}}`),
      '2:77: error: expected a list in "elem" [dump-syntax]',
    ],
    [
      'an element that is none',
      withObject(`{"set": {${inTable}, "name": "s", "type": "mark", "elem": [1, null]}}`),
      '2:81: error: expected an element of a set [dump-syntax]',
    ],
    [
      'a rule of no chain',
      withObject(`{"rule": {${inTable}, "chain": "c", "expr": []}}`),
      '2:50: error: chain c does not stand before its rules [dump-syntax]',
    ],
    [
      'a chain twice',
      withObject(`{"chain": {${inTable}, "name": "c"}},\n{"chain": {${inTable}, "name": "c"}}`),
      '3:50: error: chain c stands here for the second time [dump-syntax]',
    ],
    [
      'a set twice',
      withObject(
        `{"set": {${inTable}, "name": "s", "type": "mark"}},\n{"map": {${inTable}, "name": "s", "type": "mark"}}`,
      ),
      '3:48: error: map s stands here for the second time [dump-syntax]',
    ],
    [
      'a rule without statements',
      withObject(`{"chain": {${inTable}, "name": "c"}},\n{"rule": {${inTable}, "chain": "c"}}`),
      '3:10: error: expected a list in "expr" [dump-syntax]',
    ],
    [
      'a statement that is none',
      withObject(
        `{"chain": {${inTable}, "name": "c"}},\n{"rule": {${inTable}, "chain": "c", "expr": [{"drop": null}, "drop"]}}`,
      ),
      '3:80: error: expected a statement [dump-syntax]',
    ],
    [
      'a script cut short',
      'add table ip t\nadd chain ip t c {',
      '2:19: error: the text ends here: expected "}"; is it complete? [dump-truncated]',
    ],
    [
      'a brace alone',
      'add table ip t\n}',
      '2:1: error: expected a command, as "add", found "}" [dump-syntax]',
    ],
    [
      'an unknown command',
      'add table ip t\nexplode table ip t',
      '2:1: error: expected a command, as "add", found "explode" [dump-syntax]',
    ],
    [
      'an unknown object',
      after('add quota ip t q'),
      '4:5: error: svc2ipt does not know this command of nft [dump-syntax]',
    ],
    [
      'a verb that does not fit',
      after('insert chain ip t d'),
      '4:8: error: svc2ipt does not know this command of nft [dump-syntax]',
    ],
    ['a command without a table', 'add table', '1:5: error: expected the name of a table here [dump-syntax]'],
    ['no such table', 'add chain ip t c', '1:14: error: there is no table ip t [dump-syntax]'],
    [
      'a table of another family',
      after('add chain ip6 t c'),
      '4:15: error: there is no table ip6 t [dump-syntax]',
    ],
    [
      'a table that is there',
      after('create table ip t'),
      '4:17: error: table ip t is there already [dump-syntax]',
    ],
    [
      'what no table has',
      'add table ip t { size 5 ; }',
      '1:18: error: expected a comment or flags, found "size" [dump-syntax]',
    ],
    [
      'a chain without a name',
      after('add chain ip t'),
      '4:14: error: the command ends here: expected the name of a chain [dump-syntax]',
    ],
    [
      'a chain that is there',
      after('create chain ip t c'),
      '4:19: error: chain c is there already [dump-syntax]',
    ],
    [
      'a chain to delete that is not there',
      after('delete chain ip t d'),
      '4:19: error: there is no chain d [dump-syntax]',
    ],
    [
      'what no chain has',
      after('add chain ip t d { size 5 ; }'),
      '4:20: error: expected a hook, a policy or a comment, found "size" [dump-syntax]',
    ],
    [
      'a priority that is none',
      after('add chain ip t d { type nat hook output priority high ; }'),
      '4:50: error: expected a priority, found "high" [dump-syntax]',
    ],
    [
      'no braces',
      after('add set ip t u type ipv4_addr'),
      '4:16: error: expected "{", found "type" [dump-syntax]',
    ],
    [
      'a script with a set without a type',
      after('add set ip t u { flags interval ; }'),
      '4:14: error: the type of what u holds is missing [dump-syntax]',
    ],
    [
      'a rule without words',
      after('add rule ip t c'),
      '4:15: error: the command ends here: expected a rule [dump-syntax]',
    ],
    [
      'a rule of a chain that is not there',
      after('add rule ip t d drop'),
      '4:15: error: there is no chain d [dump-syntax]',
    ],
    [
      'a rule beside one that is not there',
      after('add rule ip t c index 1 drop'),
      '4:25: error: there is no rule 1 in the chain [dump-syntax]',
    ],
    [
      'an index that is none',
      after('add rule ip t c index x drop'),
      '4:23: error: expected a number after "index" [dump-syntax]',
    ],
    [
      'a rule by its handle',
      after('delete rule ip t c handle 5'),
      '4:20: error: only the node knows which rule has handle 5: give what "nft list table ip t" prints instead of the script [dump-syntax]',
    ],
    [
      'a rule by its handle in a table that was made before the script',
      'add table ip t\ndestroy rule ip6 kube-proxy services handle 18446744073709551615',
      '2:38: error: only the node knows which rule has handle 18446744073709551615: give what "nft list table ip6 kube-proxy" prints instead of the script [dump-syntax]',
    ],
    [
      'a rule to replace by its handle',
      after('replace rule t c handle 7 drop'),
      '4:18: error: only the node knows which rule has handle 7: give what "nft list table ip t" prints instead of the script [dump-syntax]',
    ],
    [
      'a handle that is none',
      after('delete rule ip t c handle x'),
      '4:27: error: expected a number after "handle" [dump-syntax]',
    ],
    [
      'a handle that is missing',
      after('add rule ip t c handle'),
      '4:17: error: expected a number after "handle" [dump-syntax]',
    ],
    [
      'a rule to delete by its place',
      after('delete rule ip t c index 0'),
      '4:20: error: expected the handle of a rule [dump-syntax]',
    ],
    [
      'a rule to delete in no chain',
      after('delete rule ip t'),
      '4:16: error: the command ends here: expected the name of a chain [dump-syntax]',
    ],
    [
      'an element of a set that is not there',
      after('add element ip t u { 10.0.0.1 }'),
      '4:18: error: there is no set or map u [dump-syntax]',
    ],
    [
      'elements without braces',
      after('add element ip t s 10.0.0.1'),
      '4:20: error: expected "{" before the elements, found "10.0.0.1" [dump-syntax]',
    ],
    [
      'an element twice',
      after('create element ip t s { 10.0.0.1, 10.0.0.1 }'),
      '4:44: error: s holds 10.0.0.1 already [dump-syntax]',
    ],
    [
      'an element that is not there',
      after('delete element ip t s { 10.0.0.1 }'),
      '4:34: error: s does not hold 10.0.0.1 [dump-syntax]',
    ],
    [
      'a verb alone',
      'add table ip t\nadd',
      '2:1: error: svc2ipt does not know this command of nft [dump-syntax]',
    ],
    [
      'a chain whose name is missing',
      after('add chain ip t { }'),
      '4:16: error: expected the name of a chain, found "{" [dump-syntax]',
    ],
    [
      'words after the braces',
      after('add set ip t u { type mark ; } size'),
      '4:32: error: expected "}", found "size" [dump-syntax]',
    ],
    [
      'a set that is there',
      after('create set ip t s { type ipv4_addr ; }'),
      '4:17: error: s is there already [dump-syntax]',
    ],
    [
      'an element with two values',
      `${after('add map ip t m { type mark : verdict ; }')}add element ip t m { 1 : drop }\nadd element ip t m { 1 : accept }`,
      '6:33: error: m holds 1 already [dump-syntax]',
    ],
    [
      'a rule put beside a handle',
      after('add rule ip t c position 5 drop'),
      '4:17: error: only the node knows which rule has handle 5: give what "nft list table ip t" prints instead of the script [dump-syntax]',
    ],
    [
      'a rule to replace without a handle',
      after('replace rule ip t c'),
      '4:19: error: expected the handle of a rule [dump-syntax]',
    ],
    [
      'an index that is missing',
      after('insert rule ip t c index'),
      '4:20: error: expected a number after "index" [dump-syntax]',
    ],
    [
      'words after the end',
      after('delete chain ip t c d'),
      '4:21: error: expected the end of the command, found "d" [dump-syntax]',
    ],
    [
      'a log cut short',
      'I1121 x] "Running" transaction=<\n\tadd table ip t\n',
      '3:1: error: the text ends inside a transaction: is the log complete? [dump-truncated]',
    ],
  ])('%s', (_, text, message) => {
    const { value, problems } = readNft({ name: 'dump', text });
    expect(value).toBeUndefined();
    expect(problems.map(formatDiagnostic)).toEqual([`dump:${message}`]);
  });
});

it('reads a set of 200,000 elements, and names that are keys of every object', () => {
  const elements = Array.from(
    { length: 200_000 },
    (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
  );
  const list = `table ip t {\n\tset __proto__ {\n\t\ttype ipv4_addr\n\t\telements = { ${elements.join(', ')} }\n\t}\n}\n`;
  const [table] = read(list).tables;
  const again = read(printJson({ tables: [table!] }, NEWEST)).tables[0];
  expect(again?.sets[0]?.name).toBe('__proto__');
  expect(again?.sets[0]?.elements.length).toBe(200_000);
});
