import { describe, expect, it } from 'vitest';
import { readDump } from '../../../src/modes/iptables/read-dump.ts';
import { parseDump } from '../../../src/netfilter/iptables/parse-dump.ts';
import { printSave } from '../../../src/netfilter/iptables/print.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';

const SERVICE = 'KUBE-SVC-AAAAAAAAAAAAAAAA';

/** A dump with one rule, on line 5. */
const dumpWith = (rule: string): string =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:${SERVICE} - [0:0]\n:OTHER - [0:0]\n${rule}\nCOMMIT\n`;

const problemsOf = (text: string): readonly string[] =>
  readDump({ name: 'd', text }).problems.map((problem) =>
    formatDiagnostic(problem).replace(/^d:(\S+): \w+: (.*) \[[a-z-]+\]$/, '$1: $2'),
  );

describe('a value that iptables cannot have printed', () => {
  const DAMAGED: readonly (readonly [options: string, column: number, message: string])[] = [
    [
      '-p tcp -m tcp --dport abc',
      14,
      '--dport abc: this is not a port from 0 to 65535 or a range of ports (iptables -L prints numbers with -n).',
    ],
    [
      '-p tcp -m tcp --dport 70000',
      14,
      '--dport 70000: this is not a port from 0 to 65535 or a range of ports (iptables -L prints numbers with -n).',
    ],
    [
      '-p tcp --dport :',
      7,
      '--dport :: this is not a port from 0 to 65535 or a range of ports (iptables -L prints numbers with -n).',
    ],
    ['-p tcp -m tcp --dport 80 foo bar', 14, '--dport takes one value, not 80 foo bar.'],
    ['-p tcp -m tcp --dprot 80', 14, '--dprot is no option of tcp.'],
    [
      '-m statistic --mode random --probability 1.5',
      27,
      '--probability 1.5: this is not a number from 0 to 1.',
    ],
    ['-m statistic --mode random --probability', 27, '--probability has no value: is the rule cut off?'],
    ['-m statistic', 3, 'statistic lacks --mode: is the rule cut off?'],
    ['-m mark --mark 0x4g', 8, '--mark 0x4g: this is not a number of 32 bits, or one with a mask.'],
    [
      '-m conntrack --ctstate NEW,ESTABLISH',
      13,
      '--ctstate NEW,ESTABLISH: this is not one of INVALID, NEW, RELATED, ESTABLISHED, UNTRACKED, SNAT, DNAT.',
    ],
    ['-m recent --rcheck --seconds x --name A', 19, '--seconds x: this is not a whole number.'],
    ['-j DNAT', 3, 'DNAT lacks --to-destination: is the rule cut off?'],
    ['-j DNAT --to-destination', 8, '--to-destination has no value: is the rule cut off?'],
    ...['10.0.0.999:80', '10.0.0', '10.0.0.1:', '10.0.0.1:99999', '[fd00::1]:80', '10.0.0.1-'].map(
      (value) =>
        [
          `-j DNAT --to-destination ${value}`,
          8,
          `--to-destination ${value}: this is not an address, or address:port.`,
        ] as const,
    ),
    [
      '-j DNAT --to-destination 10.0.0.1:80 // pod',
      8,
      '--to-destination takes one value, not 10.0.0.1:80 // pod.',
    ],
    ['-j MARK --set-xmark 0x1/', 8, '--set-xmark 0x1/: this is not a number of 32 bits, or one with a mask.'],
    ['-j MARK --or-mark 1/1', 8, '--or-mark 1/1: this is not a number of 32 bits.'],
    [
      '-j REJECT --reject-with icmp-port',
      10,
      '--reject-with icmp-port: this is not an answer that REJECT knows.',
    ],
    ['-j RETURN --now', 10, '--now is no option of RETURN.'],
  ];

  it.each(DAMAGED)("in kube-proxy's chains is an error at its place: %s", (options, at, message) => {
    const rule = `-A ${SERVICE} ${options}`;
    expect(problemsOf(dumpWith(rule))).toEqual([`5:${rule.length - options.length + at + 1}: ${message}`]);
  });

  it.each(DAMAGED)("in other software's chains is kept word by word: %s", (options) => {
    const { value, problems } = readDump({ name: 'd', text: dumpWith(`-A OTHER ${options}`) });
    expect(problems).toEqual([]);
    expect(value?.tables[0]?.chains[2]?.rules[0]?.raw).toBe(`-A OTHER ${options}`);
  });

  it('is an error in a jump to a chain of kube-proxy, wherever that stands', () => {
    expect(problemsOf(dumpWith(`-A PREROUTING -m mark --mark x -j ${SERVICE}`))).toEqual([
      '5:23: --mark x: this is not a number of 32 bits, or one with a mask.',
    ]);
    expect(problemsOf(dumpWith('-A PREROUTING -m mark --mark x -j OTHER'))).toEqual([]);
  });
});

describe('what iptables prints and kube-proxy never writes', () => {
  it.each([
    '-p tcp -m tcp --sport :1024 --dport 80:90 --tcp-flags SYN,ACK SYN',
    '-m statistic --mode nth --every 3 --packet 0',
    '-m conntrack --ctstate NEW --ctdir ORIGINAL',
    '-m addrtype ! --src-type UNICAST --limit-iface-in',
    '-m recent --update --seconds 60 --hitcount 4 --rttl --name x --mask 255.255.255.0 --rdest',
    '-m limit --limit 5/min -j LOG --log-prefix "a b"',
    '-j DNAT --to-destination 10.0.0.1-10.0.0.9:80-90 --random --persistent',
    '-j DNAT --to-destination :80',
    '-j DNAT --to-destination 10.0.0.1',
    '-j REJECT --reject-with tcp-reset',
    '-p tcp -j MASQUERADE --to-ports 1024-2048 --random',
    '-g OTHER',
  ])('is read: %s', (options) => {
    expect(problemsOf(dumpWith(`-A ${SERVICE} ${options}`))).toEqual([]);
  });

  it('is read in IPv6, too', () => {
    const { problems } = readDump(
      { name: 'd', text: dumpWith(`-A ${SERVICE} -j DNAT --to-destination [fd00::1]:80`) },
      'IPv6',
    );
    expect(problems).toEqual([]);
  });
});

describe('names that iptables -L without -n prints', () => {
  const list = (chain: string, row: string): string =>
    `Chain ${chain} (1 references)\ntarget prot opt source destination\n${row}\n`;
  const canonical = (text: string): readonly string[] => {
    const { value } = readDump({ name: 'd', text });
    return value === undefined ? [] : printSave(value).split('\n').slice(2, -2);
  };

  it.each([
    ['all -- !localhost/8 anywhere', '! -s 127.0.0.0/8'],
    ['all -- loopback/8 localhost.localdomain', '-s 127.0.0.0/8 -d 127.0.0.1/32'],
    ['all -- link-local/16 !base-address.mcast.net/4', '-s 169.254.0.0/16 ! -d 224.0.0.0/4'],
    ['all ip6-allnodes ip6-localnet/16', '-s ff02::1/128 -d fe00::/16'],
  ])("of every system's are read: %s", (row, words) => {
    expect(canonical(list(SERVICE, `DROP ${row}`))).toEqual([`-A ${SERVICE} ${words} -j DROP`]);
  });

  it("of hosts refuse kube-proxy's chains, with what to do", () => {
    expect(problemsOf(list(SERVICE, 'KUBE-MARK-MASQ all -- !k8s-cp/16 anywhere'))).toEqual([
      '3:1: k8s-cp/16 is the name of a host or network: list the rules with -n.',
    ]);
    expect(problemsOf(list('OUTPUT', 'KUBE-SERVICES all -- anywhere web.example.com'))).toEqual([
      '3:1: web.example.com is the name of a host or network: list the rules with -n.',
    ]);
  });

  it("of ports refuse kube-proxy's chains, unless everybody knows them", () => {
    expect(problemsOf(list(SERVICE, 'DROP tcp -- anywhere anywhere tcp dpt:sun-sr-https'))).toEqual([
      '3:1: --dport sun-sr-https: this is not a port from 0 to 65535 or a range of ports (iptables -L prints numbers with -n).',
    ]);
    expect(canonical(list(SERVICE, 'DROP tcp -- anywhere anywhere tcp dpt:https'))).toEqual([
      `-A ${SERVICE} -p tcp -m tcp --dport 443 -j DROP`,
    ]);
  });

  it("of hosts are kept in other software's chains, with a warning", () => {
    const text = list('DOCKER', 'ACCEPT tcp -- anywhere !db.example.com/24 tcp dpt:mysql');
    expect(canonical(text)).toEqual([
      '-A DOCKER -p tcp -m listed --listed "destination !db.example.com/24" -m tcp --dport 3306 -j ACCEPT',
    ]);
    expect(problemsOf(text)[0]).toBe('3:1: iptables -L does not tell all of this rule, and maybe of others.');
  });
});

it.each([
  ['-N KUBE-SEP-AAAAAAAAAAAAAAAA\n', 'nat'],
  ['-N X\n-A X -j KUBE-MARK-MASQ\n', 'nat'],
  ['-N KUBE-SERVICES\n', 'filter'],
])("kube-proxy's chains tell the table of an excerpt: %s", (text, name) => {
  const source = { name: 'dump', text };
  expect(readDump(source).value?.tables.map((table) => table.name)).toEqual([name]);
  expect(parseDump(source).value?.tables.map((table) => table.name)).toEqual(['filter']);
});
