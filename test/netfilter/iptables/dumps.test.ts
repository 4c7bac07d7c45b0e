import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDump } from '../../../src/modes/iptables/read-dump.ts';
import { printDump } from '../../../src/netfilter/iptables/print-dump.ts';
import { printSave } from '../../../src/netfilter/iptables/print.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';

const DUMPS = new URL('../../../fixtures/dumps/', import.meta.url);

const read = (name: string): string => readFileSync(new URL(name, DUMPS), 'utf8');

/** Form, and for each table its chains and rules; `?` marks an excerpt. */
const PARSED: readonly (readonly [string, string])[] = [
  ['01-azure-npm-aks-save.txt', 'save mangle 7/0, nat 96/226, filter 19/41, security 3/3'],
  ['02-kind-v1.23.5-traefik-save.txt', 'save mangle 7/0, filter 10/13, nat 29/58'],
  ['04-codependent-2018-master-save.txt', 'save nat 19/39, filter 10/19'],
  ['05-codependent-2018-node1-save.txt', 'save nat 19/39, filter 10/19'],
  ['07-hotsos-charmed-k8s-nat-nvL.txt', 'list nat 31/66'],
  ['08-qifangsu-nat-nvL.txt', 'list nat 20/43'],
  ['10-qifangsu-before-nL.txt', 'list nat 18/36'],
  ['11-eks-al2023-2026-nat-S.txt', 'list-rules nat 26/47'],
  ['13-gke-2016-05-before-save.txt', 'save filter 5/5, nat 20/39'],
  ['16-do-coreos-k8s1.1-2016-01-save.txt', 'save nat 16/26, filter 4/4'],
  ['20-kubeadm-flannel-nocomments-nat-S.txt', 'list-rules nat 20/41'],
  ['21-kubeadm-weave-npc-2018-12-save.txt', 'save nat 19/36, filter 18/49'],
  ['23-k3s-iptables-save-c-2022-07.txt', 'save raw 2/0, mangle 7/0, nat 14/18, filter 14/28'],
  ['24-gke-affinity-xlb-grep-S.txt', 'list-rules nat? 8/23'],
  ['25-k3s-metallb-ext-svl-S-v.txt', 'list-rules nat? 3/13'],
  ['29-feiskyer-handbook-lb-fragments.txt', 'list-rules nat? 10/20'],
  ['30-k8s-docs-debug-hostnames.txt', 'list-rules nat? 5/10'],
  ['31-kbe-simpleservice-2ep.txt', 'list-rules nat? 4/7'],
  ['32-k8sp-nginx-L-nv-fragment.txt', 'list nat? 5/11'],
  ['35-aks-azurecni-nvL-services.txt', 'list nat? 1/15'],
  ['39a-mauilion-xlb-master.txt', 'save nat? 3/3'],
  ['39b-mauilion-xlb-fixed.txt', 'save nat? 3/5'],
  ['41-docker-desktop-rancher-xlb-L-nv-partial.txt', 'list nat? 17/38'],
  ['43-issue-k8s-45426-gke-counters.txt', 'list-rules nat? 5/9'],
  ['44-issue-k8s-24357-kubeproxy-restore-input.txt', 'list-rules nat? 5/8'],
];

/** Damaged by publishing; the first complaint names the line where it begins. */
const REFUSED: readonly (readonly [string, string])[] = [
  [
    '15-vagrant-2016-06-node-save-wrapped.txt',
    '31:1: error: The rule is wrapped over several lines: give the dump as iptables-save printed it. [dump-syntax]',
  ],
  [
    '19-katacoda-weave-nat-S.txt',
    '48:133: error: -jKUBE-SEP-OEY6JJQSBCQPRKHS is no option: a blank is missing behind -j. [dump-syntax]',
  ],
  [
    '28-scoulomb-vagrant-calico-grep.txt',
    '4:1: error: This is no line of a dump: is it a shell prompt? [dump-syntax]',
  ],
  ['36-eks-hybrid-cilium-L-svl.txt', '11:1: error: This is no line that iptables -L prints. [dump-syntax]'],
  [
    '40-kans-kind-L-nv-numeric-proto.txt',
    '1:1: error: This is no line that iptables -L prints. [dump-syntax]',
  ],
];

describe("dumps of strangers' nodes", () => {
  it('are all spoken for', () => {
    expect([...PARSED, ...REFUSED].map(([name]) => name).sort()).toEqual(readdirSync(DUMPS).sort());
  });

  it.each(PARSED)('%s parses whole: %s', (name, summary) => {
    const text = read(name);
    const { value: dump, problems } = readDump({ name, text });
    const tables = dump?.tables.map(({ name: table, complete, chains }) => {
      const rules = chains.reduce((sum, chain) => sum + chain.rules.length, 0);
      return `${table}${complete ? '' : '?'} ${chains.length}/${rules}`;
    });
    expect(`${dump?.form ?? ''} ${tables?.join(', ') ?? ''}`).toBe(summary);
    expect(problems.map(({ severity }) => severity)).toEqual(summary.includes('?') ? ['warning'] : []);
  });

  it.each(PARSED)('%s comes back from its canonical form', (name) => {
    const dump = readDump({ name, text: read(name) }).value;
    const canonical = dump && printSave(dump);
    const again = readDump({ name, text: canonical ?? '' }).value;
    expect(again && printSave(again)).toBe(canonical);
  });

  it.each(PARSED.filter(([, summary]) => summary.startsWith('save')))(
    '%s is printed byte for byte',
    (name) => {
      const text = read(name);
      const dump = readDump({ name, text }).value;
      expect(dump && printDump(dump, { counters: true, remarks: true })).toBe(text);
    },
  );

  it.each(REFUSED)('%s is refused at %s', (name, problem) => {
    const { value, problems } = readDump({ name, text: read(name) });
    expect(value).toBeUndefined();
    expect(formatDiagnostic(problems[0]!)).toBe(`${name}:${problem}`);
  });
});
