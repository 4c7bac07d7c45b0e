import { describe, expect, it } from 'vitest';
import { type Ownership, printRestore, printScript } from '../../../src/netfilter/iptables/print-own.ts';
import { printSave } from '../../../src/netfilter/iptables/print.ts';
import { type Match, type Rule, type RuleSet, type Table } from '../../../src/netfilter/iptables/model.ts';

const jump = (chain: string, comment?: string): Rule => ({
  matches: comment === undefined ? [] : [{ kind: 'comment', text: comment }],
  target: { kind: 'jump', chain },
});

const foreign: Rule = {
  source: { value: '172.17.0.0/16' },
  outInterface: { value: 'docker0', negated: true },
  matches: [],
  target: { kind: 'masquerade', randomFully: false },
};

const full: Rule = {
  source: { value: '10.0.0.0/8', negated: true },
  destination: { value: '10.96.0.1/32' },
  inInterface: { value: 'cni+', negated: true },
  outInterface: { value: 'eth0' },
  protocol: { value: 'tcp', negated: true },
  fragment: { value: true },
  matches: [
    { kind: 'comment', text: 'a b' },
    { kind: 'mark', mark: { value: 1 }, mask: 1 },
  ],
};

const ruleSet: RuleSet = {
  family: 'IPv4',
  tables: [
    {
      name: 'nat',
      chains: [
        { name: 'PREROUTING', policy: 'ACCEPT', rules: [jump('KUBE-SERVICES', 'one'), jump('cali-x')] },
        {
          name: 'POSTROUTING',
          policy: 'ACCEPT',
          rules: [jump('KUBE-POSTROUTING'), foreign, jump('KUBE-LATER')],
        },
        { name: 'cali-x', rules: [foreign] },
        { name: 'KUBE-SERVICES', rules: [full, { matches: [] }] },
        { name: 'KUBE-POSTROUTING', rules: [] },
        { name: 'KUBE-LATER', rules: [] },
        { name: 'A_1', rules: [] },
      ],
    },
    { name: 'filter', chains: [{ name: 'INPUT', policy: 'DROP', rules: [] }] },
    { name: 'mangle', chains: [{ name: 'KUBE-PROXY-CANARY', rules: [] }] },
  ],
};

describe('printSave', () => {
  it('prints tables, chains and rules in the order of iptables-save', () => {
    expect(printSave(ruleSet)).toBe(`\
*mangle
:KUBE-PROXY-CANARY - [0:0]
COMMIT
*filter
:INPUT DROP [0:0]
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:A_1 - [0:0]
:KUBE-LATER - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SERVICES - [0:0]
:cali-x - [0:0]
-A PREROUTING -m comment --comment one -j KUBE-SERVICES
-A PREROUTING -j cali-x
-A POSTROUTING -j KUBE-POSTROUTING
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A POSTROUTING -j KUBE-LATER
-A KUBE-SERVICES ! -s 10.0.0.0/8 -d 10.96.0.1/32 ! -i cni+ -o eth0 ! -p tcp -f -m comment --comment "a b" -m mark --mark 0x1/0x1
-A KUBE-SERVICES
-A cali-x -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
COMMIT
`);
  });

  it('prints nothing for no tables, as iptables-save does', () => {
    expect(printSave({ family: 'IPv4', tables: [] })).toBe('');
  });

  it('leaves its argument alone', () => {
    const before = structuredClone(ruleSet);
    printSave(ruleSet);
    printRestore(ruleSet, OWNED);
    expect(ruleSet).toEqual(before);
  });
});

const OWNED: Ownership = {
  ownsChain: (name) => name.startsWith('KUBE-'),
  ownsRule: ({ outInterface }) => outInterface !== undefined,
};

describe('printRestore', () => {
  it('holds only chains of the one software, its own rules and jumps into them, last jump first', () => {
    expect(printRestore(ruleSet, OWNED)).toBe(`\
*mangle
:KUBE-PROXY-CANARY - [0:0]
COMMIT
*filter
COMMIT
*nat
:KUBE-LATER - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SERVICES - [0:0]
-I PREROUTING -m comment --comment one -j KUBE-SERVICES
-I POSTROUTING -j KUBE-LATER
-I POSTROUTING -j KUBE-POSTROUTING
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A KUBE-SERVICES ! -s 10.0.0.0/8 -d 10.96.0.1/32 ! -i cni+ -o eth0 ! -p tcp -f -m comment --comment "a b" -m mark --mark 0x1/0x1
-A KUBE-SERVICES
COMMIT
`);
  });
});

describe('printScript', () => {
  it('fills the chains, then puts rules into built-in chains where they are missing', () => {
    const comment = (text: string): Match => ({ kind: 'comment', text });
    const jump = (chain: string, ...matches: readonly Match[]): Rule => ({
      matches,
      target: { kind: 'jump', chain },
    });
    const tables: readonly Table[] = [
      {
        name: 'nat',
        chains: [
          {
            name: 'PREROUTING',
            policy: 'ACCEPT',
            rules: [jump('OWN-A', comment("it's $HOME")), jump('FOREIGN'), jump('OWN-B')],
          },
          { name: 'OWN-B', rules: [] },
          { name: 'OWN-A', rules: [jump('OWN-B', comment('$(reboot) `x`'))] },
          { name: 'FOREIGN', rules: [] },
        ],
      },
    ];
    const ownership: Ownership = { ownsChain: (name) => name.startsWith('OWN-'), ownsRule: () => false };
    expect(printScript({ family: 'IPv6', tables }, ownership)).toBe(`\
#!/bin/sh
# Loads rules beside those of other software. To run it again does no harm.
set -eu
iptables=\${IPTABLES:-ip6tables}
"$iptables-restore" -w --noflush <<'END_OF_RULES'
*nat
:OWN-A - [0:0]
:OWN-B - [0:0]
-A OWN-A -m comment --comment "$(reboot) \`x\`" -j OWN-B
COMMIT
END_OF_RULES
# ensure TABLE -I|-A CHAIN RULE: puts the rule into the chain unless it is there.
ensure() {
  table=$1 option=$2 chain=$3
  shift 3
  "$iptables" -w -t "$table" -C "$chain" "$@" 2>/dev/null ||
    "$iptables" -w -t "$table" "$option" "$chain" "$@"
}
ensure nat -I PREROUTING -j OWN-B
ensure nat -I PREROUTING -m comment --comment 'it'\\''s $HOME' -j OWN-A
`);
  });
});
