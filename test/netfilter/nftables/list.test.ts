/** Reading and printing what `nft list` prints. */
import { describe, expect, it } from 'vitest';
import { printList, readList } from '../../../src/netfilter/nftables/list.ts';
import { type Ruleset, type Statement } from '../../../src/netfilter/nftables/model.ts';
import { NEWEST_NFT, spellingOf } from '../../../src/netfilter/nftables/nft-release.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { listings, listingSource } from '../../helpers/nftables-listings.ts';

const read = (text: string): Ruleset => {
  const { value, problems } = readList({ name: 'dump', text });
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return value;
};

const statementsOf = ({ tables }: Ruleset): readonly Statement[] =>
  tables.flatMap(({ chains }) =>
    chains.flatMap(({ rules }) => rules.flatMap(({ statements }) => statements)),
  );

describe('every capture', () => {
  it('comes out as it went in, in the spelling of its nft', () => {
    const texts = listings().filter(({ form }) => form === 'text');
    const changed = texts.filter((listing) => {
      const source = listingSource(listing);
      return printList(read(source.text), spellingOf(listing.nft)) !== source.text;
    });
    expect(texts.length).toBeGreaterThan(1700);
    expect(changed).toEqual([]);
  });

  it('holds nothing that is not understood', () => {
    const texts = listings().filter(({ form, nft }) => form === 'text' && nft === NEWEST_NFT);
    const unknown = texts.flatMap((listing) =>
      statementsOf(read(listingSource(listing).text)).filter(({ kind }) => kind === 'unknown'),
    );
    expect(unknown).toEqual([]);
  });
});

const STRANGERS = `table inet firewalld { # handle 3
	flags dormant
	ct helper ftp {
		type "ftp" protocol tcp
		l3proto inet
	}

	set banned {
		type ipv4_addr
		flags interval,timeout
		auto-merge
		elements = { 10.0.0.1 timeout 1h expires 59m48s120ms, 10.9.0.0/16 comment "all of it",
			     10.1.0.0-10.1.0.9 }
	}

	set seen {
		typeof ip saddr . tcp dport
	}

	map ways {
		typeof ip saddr : verdict
	}

	chain input { # handle 1
		comment "what comes in"
		type filter hook input priority mangle + 5; policy drop;
		iifname "lo" accept # handle 7
		ct state established,related counter packets 12 bytes 3456 accept
		tcp flags syn / fin,syn,rst,ack limit rate 3/second burst 5 packets accept comment "slowly"
		ip saddr @banned tcp dport { 22, 80-443 } log prefix "banned: " drop
		meta l4proto { icmp, ipv6-icmp } jump pings
		ip protocol vmap { tcp : jump pings, udp : accept }
		th dport 53 dnat ip to 10.0.0.53:5353
		reject with icmpx admin-prohibited
	}

	chain pings {
	}
}
table bridge filter {
	chain forward {
		type filter hook forward priority filter; policy accept;
		ether saddr 02:00:00:00:00:01 drop
	}
}
`;

const withoutHandles = (text: string): string => text.replace(/ # handle \d+$/gm, '');

describe('tables of other software', () => {
  it('come out as they went in, known or not', () => {
    expect(printList(read(STRANGERS), spellingOf(NEWEST_NFT))).toBe(withoutHandles(STRANGERS));
  });

  it('keep what is not known word by word, and the verdict that ends it', () => {
    const unknown = statementsOf(read(STRANGERS)).filter(({ kind }) => kind === 'unknown');
    expect(unknown).toEqual([
      {
        kind: 'unknown',
        form: 'text',
        text: 'tcp flags syn / fin,syn,rst,ack limit rate 3/second burst 5 packets',
      },
      { kind: 'unknown', form: 'text', text: 'log prefix "banned: "' },
    ]);
  });

  it('keep their handles', () => {
    const [table] = read(STRANGERS).tables;
    expect([table?.handle, table?.chains[0]?.handle, table?.chains[0]?.rules[0]?.handle]).toEqual([3, 1, 7]);
  });
});

const SELDOM = `table netdev edge {
	flags dormant,owner
	set empty {
	}

	set sizes {
		type mark
		size 100
		timeout 0s
		elements = { 0x00000001, 0x00000002, 0x00000003, 0x00000004, 0x00000005,
			     0x00000006 }
	}

	set odd {
		type mark
		size many
		timeout soon
	}

	map text {
		type string : ipv4_addr . inet_service
		elements = { "b" : 10.0.0.2 . 80,
			     "a" : 10.0.0.1 . 80 }
	}

	chain in {
		type filter hook ingress device "eth0" priority -500;
	}

	chain late {
		type filter hook egress priority filter - 10;
		policy drop
	}

	chain lonely {
		policy drop
	}
}
`;

describe('what kube-proxy never makes', () => {
  it('comes out as it went in', () => {
    const listed = SELDOM.replace(';\n\t\tpolicy drop', '; policy drop;');
    expect(printList(read(SELDOM), spellingOf(NEWEST_NFT))).toBe(listed);
  });

  it('is the same beside remarks', () => {
    const remarks = `# first\ntable ip t { # second\n\tchain c { # third\n\t\tdrop\n\t\t# fourth\n\t\taccept\n\t}\n}\n`;
    expect(printList(read(remarks), spellingOf(NEWEST_NFT))).toBe(
      'table ip t {\n\tchain c {\n\t\tdrop\n\t\taccept\n\t}\n}\n',
    );
  });
});

describe('a test of the highest bit of the mark', () => {
  const prefix = 'table ip t {\n\tchain c {\n\t\tmeta mark != 0x00000000/1 return\n\t}\n}\n';
  const masked = 'table ip t {\n\tchain c {\n\t\tmeta mark & 0x80000000 != 0x00000000 return\n\t}\n}\n';

  it('is one rule, however nft shows it', () => {
    expect(read(prefix)).toEqual(read(masked));
    expect(printList(read(masked), spellingOf('1.0.6'))).toBe(prefix);
    expect(printList(read(prefix), spellingOf('1.1.3'))).toBe(masked);
  });
});

describe('a damaged listing is an error with its place', () => {
  const first = (text: string): string => {
    const { value, problems } = readList({ name: 'dump', text });
    expect(value).toBeUndefined();
    return problems.map(formatDiagnostic).join('\n');
  };

  it.each([
    [
      'cut in a chain',
      'table ip t {\n\tchain c {\n\t\tdrop\n',
      'dump:4:1: error: the text ends here: expected "}"; is it complete? [dump-truncated]',
    ],
    [
      'cut in elements',
      'table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.1,',
      'dump:4:25: error: the text ends here: expected "}"; is it complete? [dump-truncated]',
    ],
    [
      'another tool',
      '*filter\n:INPUT ACCEPT [0:0]\n',
      'dump:1:1: error: expected "table", found "*filter" [dump-syntax]',
    ],
    [
      'an unknown family',
      'table ip7 t {\n}\n',
      'dump:1:7: error: expected one of ip, ip6, inet, arp, bridge, netdev, found "ip7" [dump-syntax]',
    ],
    [
      'a quote left open',
      'table ip t {\n\tcomment "rules\n}\n',
      'dump:2:10: error: the quote is not closed on this line [dump-syntax]',
    ],
    [
      'a priority that is none',
      'table ip t {\n\tchain c {\n\t\ttype filter hook input priority soon; policy accept;\n\t}\n}\n',
      'dump:3:35: error: expected a priority, found "soon" [dump-syntax]',
    ],
    [
      'a hook without a type',
      'table ip t {\n\tchain c {\n\t\ttype { } hook input priority filter; policy accept;\n\t}\n}\n',
      'dump:3:3: error: expected "type ... hook ... priority ...", found "type" [dump-syntax]',
    ],
    [
      'a type that is cut',
      'table ip t {\n\tset s {\n\t\ttype ipv4_addr .\n\t}\n}\n',
      'dump:3:18: error: expected the type of the elements, found "." [dump-syntax]',
    ],
    [
      'a type that is missing',
      'table ip t {\n\tset s {\n\t\ttype\n\t}\n}\n',
      'dump:3:3: error: expected the type of the elements, found "type" [dump-syntax]',
    ],
    [
      'flags without a comma',
      'table ip t {\n\tset s {\n\t\tflags interval timeout\n\t}\n}\n',
      'dump:3:18: error: expected flags with commas between them, found "timeout" [dump-syntax]',
    ],
    [
      'an element that is none',
      'table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { = }\n\t}\n}\n',
      'dump:4:16: error: expected an element, found "=" [dump-syntax]',
    ],
    [
      'cut in a set',
      'table ip t {\n\tset s {\n',
      'dump:3:1: error: the text ends here: expected "}"; is it complete? [dump-truncated]',
    ],
    [
      'cut in a table',
      'table ip t {\n',
      'dump:2:1: error: the text ends here: expected a set, a map or a chain; is it complete? [dump-truncated]',
    ],
    [
      'a set without a name',
      'table ip t {\n\tset {\n\t}\n}\n',
      'dump:2:6: error: expected the name of the set, found "{" [dump-syntax]',
    ],
    [
      'an object without a name',
      'table ip t {\n\t{\n',
      'dump:2:2: error: expected a set, a map or a chain, found "{" [dump-syntax]',
    ],
    [
      'a table without a brace',
      'table ip t\n',
      'dump:1:11: error: expected "{" after the name of the table, found the end of the line [dump-syntax]',
    ],
    [
      'elements without "="',
      'table ip t {\n\tset s {\n\t\ttype mark\n\t\telements { 1 }\n\t}\n}\n',
      'dump:4:12: error: expected "=" after "elements", found "{" [dump-syntax]',
    ],
    [
      'a comment without quotes',
      'table ip t {\n\tset s {\n\t\ttype mark\n\t\tcomment mine\n\t}\n}\n',
      'dump:4:11: error: expected a comment in quotes, found "mine" [dump-syntax]',
    ],
    [
      'a hook without a priority',
      'table ip t {\n\tchain c {\n\t\ttype filter hook input\n\t}\n}\n',
      'dump:3:20: error: expected a priority, found "input" [dump-syntax]',
    ],
    ...['mangle *', 'mangle * 5', 'mangle + five', 'mangle + 5 5'].map((priority) => [
      `priority ${priority}`,
      `table ip t {\n\tchain c {\n\t\ttype filter hook input priority ${priority};\n\t}\n}\n`,
      'dump:3:35: error: expected a priority, found "mangle" [dump-syntax]',
    ]),
  ])('%s', (_, text, message) => {
    expect(first(text)).toBe(message);
  });
});
