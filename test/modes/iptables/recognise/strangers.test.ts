import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEvidence } from '../../../../src/modes/iptables/recognise/evidence.ts';
import { observeSettings } from '../../../../src/modes/iptables/recognise/observe-settings.ts';
import { formatVersions } from '../../../../src/dialect/format-versions.ts';
import { recognise } from '../../../../src/modes/iptables/recognise/recognise.ts';
import { readDump } from '../../../../src/modes/iptables/read-dump.ts';

const DUMPS = join(import.meta.dirname, '../../../../fixtures/dumps');

const evidenceOf = (name: string): ReturnType<typeof readEvidence> => {
  const dump = readDump({ name, text: readFileSync(join(DUMPS, name), 'utf8') });
  if (dump.value === undefined) throw new Error(`${name} cannot be read`);
  return readEvidence(dump.value);
};

/** Dumps of strangers' nodes, and what they tell of the kube-proxy that wrote them. */
const RECOGNISED: readonly (readonly [file: string, versions: string])[] = [
  ['01-azure-npm-aks-save.txt', '1.21'],
  ['02-kind-v1.23.5-traefik-save.txt', '1.23'],
  ['04-codependent-2018-master-save.txt', '1.10-1.11'],
  ['05-codependent-2018-node1-save.txt', '1.10-1.11'],
  ['07-hotsos-charmed-k8s-nat-nvL.txt', '1.22-1.23'],
  ['08-qifangsu-nat-nvL.txt', '1.2-1.11'],
  ['10-qifangsu-before-nL.txt', '1.2-1.11'],
  ['11-eks-al2023-2026-nat-S.txt', '1.24-1.37'],
  ['13-gke-2016-05-before-save.txt', '1.2-1.6'],
  ['16-do-coreos-k8s1.1-2016-01-save.txt', '1.1'],
  ['20-kubeadm-flannel-nocomments-nat-S.txt', '1.12-1.15'],
  ['21-kubeadm-weave-npc-2018-12-save.txt', '1.10-1.11'],
  ['23-k3s-iptables-save-c-2022-07.txt', '1.23'],
  ['24-gke-affinity-xlb-grep-S.txt', '1.5-1.9'],
  ['25-k3s-metallb-ext-svl-S-v.txt', '1.24-1.37'],
  ['29-feiskyer-handbook-lb-fragments.txt', '1.3-1.11'],
  ['30-k8s-docs-debug-hostnames.txt', '1.1-1.11'],
  ['31-kbe-simpleservice-2ep.txt', '1.1-1.11, 1.18'],
  ['32-k8sp-nginx-L-nv-fragment.txt', '1.1-1.11'],
  ['35-aks-azurecni-nvL-services.txt', '1.2-1.18'],
  ['41-docker-desktop-rancher-xlb-L-nv-partial.txt', '1.19-1.22'],
];

describe("strangers' dumps", () => {
  it.each(RECOGNISED)('%s is of kube-proxy %s, and nothing in it speaks against that', (file, versions) => {
    const recognition = recognise(evidenceOf(file));
    const misfits = recognition.versions.flatMap((version) => recognition.misfitsOf.get(version) ?? []);
    expect([formatVersions(recognition.versions), misfits]).toEqual([versions, []]);
  });

  it('tell their settings', () => {
    expect(observeSettings(evidenceOf('23-k3s-iptables-save-c-2022-07.txt'))).toEqual({
      masqueradeBit: 14,
      masqueradeAll: false,
      localTraffic: { kind: 'cidr', cidr: { family: 'IPv4', address: '10.42.0.0', prefix: 16 } },
      localhostNodePorts: true,
      nfacct: false,
      randomFully: true,
      tcpBeLiberal: false,
      familyServed: true,
    });
  });

  it('of which a fragment shows nothing fit every version', () => {
    const { seen, versions } = recognise(evidenceOf('43-issue-k8s-45426-gke-counters.txt'));
    expect([seen, formatVersions(versions)]).toEqual([0, '1.1-1.37']);
  });
});
