/** Changes of a listing that change nothing of what it means. */
import { printJson } from '../../../../../src/netfilter/nftables/json.ts';
import { printList } from '../../../../../src/netfilter/nftables/list.ts';
import {
  type NamedSet,
  type Rule,
  type Ruleset,
  type Table,
} from '../../../../../src/netfilter/nftables/model.ts';
import { spellingOf } from '../../../../../src/netfilter/nftables/nft-release.ts';
import { readNft } from '../../../../../src/netfilter/nftables/read-nft.ts';
import { printScript } from '../../../../../src/netfilter/nftables/script.ts';
import { type Random, shuffled } from '../../../../helpers/random.ts';

export function rulesetOf(text: string): Ruleset {
  const { value } = readNft({ name: 'listing', text });
  if (value === undefined) throw new Error('unreadable');
  return value;
}

const listed = (ruleset: Ruleset): string => printList(ruleset, spellingOf('1.1.3'));

const eachTable = (text: string, edit: (table: Table) => Table): string =>
  listed({ tables: rulesetOf(text).tables.map(edit) });

/** Sets, maps, chains and elements in another order. */
export const reordered = (text: string, random: Random): string =>
  eachTable(text, (table) => ({
    ...table,
    sets: shuffled(table.sets, random).map((set) => ({ ...set, elements: shuffled(set.elements, random) })),
    chains: shuffled(table.chains, random),
  }));

/** Counters, clients that stick to endpoints, and chains that kube-proxy will delete. */
export const used = (text: string, random: Random): string =>
  eachTable(text, (table) => ({
    ...table,
    sets: table.sets.map((set) => withClients(set, random)),
    chains: [
      ...table.chains.map((chain) => ({ ...chain, rules: chain.rules.map((rule) => counted(rule, random)) })),
      { name: 'service-ABCDEFGH-gone/away/tcp/', rules: [] },
    ],
  }));

const withClients = (set: NamedSet, random: Random): NamedSet =>
  set.timeout === undefined || set.keyType[0] !== 'ipv4_addr'
    ? set
    : {
        ...set,
        elements: [{ key: { kind: 'word', text: `10.9.${random.below(250)}.7` }, expires: 1000 }],
      };

const counted = (rule: Rule, random: Random): Rule => ({
  ...rule,
  statements: [
    { kind: 'counter', counted: { packets: random.below(1000), bytes: random.below(100_000) } },
    ...rule.statements,
  ],
});

/** No comments of the table and its objects, as old kernels have it. */
export const uncommented = (text: string): string =>
  eachTable(text, (table) => ({
    ...bare(table),
    sets: table.sets.map(bare),
    chains: table.chains.map(bare),
  }));

const bare = <T extends { readonly comment?: string }>(object: T): Omit<T, 'comment'> => {
  const copy: Omit<T, 'comment'> & { comment?: string } = { ...object };
  delete copy.comment;
  return copy;
};

/** The same as JSON, as an old release of nft prints it. */
export const asJson = (text: string): string => printJson(rulesetOf(text), spellingOf('1.0.6'));

/** The same as a script. */
export const asScript = (text: string): string => printScript(rulesetOf(text));

/** Among tables of other software, as in `nft list ruleset`. */
export const amongOthers = (text: string): string => `${OTHERS}${text}${MORE_OTHERS}`;

const OTHERS = `table inet firewalld {
	flags owner,persist
	set allowed {
		type ipv4_addr . inet_service
		size 1000
		flags dynamic,timeout
		timeout 1h
		elements = { 10.0.0.1 . 22 timeout 1h expires 59m3s, 10.0.0.2 . 80 limit rate 10/second burst 5 packets }
	}
	set counted {
		typeof ip saddr
		counter
		elements = { 192.0.2.1 counter packets 12 bytes 720 }
	}
	ct helper ftp {
		type "ftp" protocol tcp
		l3proto inet
	}
	flowtable fast {
		hook ingress priority filter
		devices = { eth0 }
	}
	chain filter_INPUT {
		type filter hook input priority filter + 10; policy accept;
		ct state { established, related } accept
		tcp dport { 22, 80-90 } ct count over 20 counter packets 3 bytes 120 reject with tcp reset
		jump filter_INPUT_POLICIES
	}
	chain filter_INPUT_POLICIES {
		iifname "eth0" log prefix "drop: " level debug drop
	}
}
table ip nat {
	chain DOCKER {
		iifname "docker0" counter packets 0 bytes 0 return
		xt match "addrtype" counter packets 0 bytes 0 dnat to 172.17.0.2:80
	}
	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
		xt match "addrtype" counter packets 5 bytes 300 jump DOCKER
	}
}
`;

const MORE_OTHERS = `table bridge br {
	chain in {
		type filter hook input priority filter; policy accept;
		meta protocol arp accept
	}
}
`;
