import { describe, expect, it } from 'vitest';
import { type Version } from '../../../../src/dialect/version.ts';
import { chain, type ChainsRequest, manifest } from '../../../helpers/chains.ts';

const NOTHING = manifest('{ clusterIP: None, ports: [{ port: 80 }] }');
const at = (version: Version, more: Partial<ChainsRequest> = {}): ChainsRequest => ({
  manifests: NOTHING,
  version,
  ...more,
});
const POD_NETWORK = { clusterCIDR: '10.244.0.0/16' };

describe('masquerading', () => {
  it.each<[Version, string]>([
    [
      '1.2',
      '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -m mark --mark 0x4000/0x4000 -j MASQUERADE\n',
    ],
    [
      '1.16',
      '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -m mark --mark 0x4000/0x4000 -j MASQUERADE --random-fully\n',
    ],
    [
      '1.36',
      `\
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
`,
    ],
  ])('in %s', (version, rules) => {
    expect(chain('nat', 'KUBE-POSTROUTING', at(version))).toBe(rules);
    expect(chain('nat', 'KUBE-MARK-MASQ', at(version))).toBe(
      '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000\n',
    );
  });

  it('by a rule of POSTROUTING in 1.1, whose mark no setting changes', () => {
    expect(chain('nat', 'POSTROUTING', at('1.1'))).toBe(
      '-A POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -m mark --mark 0x4d415351 -j MASQUERADE\n',
    );
    expect(chain('nat', 'KUBE-MARK-MASQ', at('1.1'))).toBeUndefined();
  });

  it('uses the bit that is asked for, and random ports only where iptables has them', () => {
    const flags = { masqueradeBit: 31, noRandomFully: true };
    expect(chain('nat', 'KUBE-POSTROUTING', at('1.36', { flags }))).toBe(`\
-A KUBE-POSTROUTING -m mark ! --mark 0x80000000/0x80000000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x80000000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE
`);
  });
});

const ACCEPT_MARKED =
  '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT\n';
const established = (which: string): string =>
  `-m comment --comment "kubernetes forwarding conntrack ${which}" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n`;

describe('KUBE-FORWARD', () => {
  it.each<[string, Version, Partial<ChainsRequest>, string | undefined]>([
    ['is not there yet', '1.7', {}, undefined],
    ['knows no pods without a cluster CIDR', '1.13', {}, ACCEPT_MARKED],
    [
      'lets answers of pods and to pods pass',
      '1.13',
      { flags: POD_NETWORK },
      `${ACCEPT_MARKED}-A KUBE-FORWARD -s 10.244.0.0/16 ${established('pod source rule')}-A KUBE-FORWARD -d 10.244.0.0/16 ${established('pod destination rule')}`,
    ],
    [
      'with a cluster CIDR of everything asks for no address',
      '1.13',
      { flags: { clusterCIDR: '0.0.0.0/0' } },
      `${ACCEPT_MARKED}-A KUBE-FORWARD ${established('pod source rule')}-A KUBE-FORWARD ${established('pod destination rule')}`,
    ],
    [
      'drops what conntrack cannot place',
      '1.22',
      {},
      `-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP\n${ACCEPT_MARKED}-A KUBE-FORWARD ${established('pod source rule')}-A KUBE-FORWARD ${established('pod destination rule')}`,
    ],
    [
      'counts that',
      '1.36',
      {},
      `-A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts -j DROP\n${ACCEPT_MARKED}-A KUBE-FORWARD ${established('rule')}`,
    ],
    [
      'does not count without nfacct',
      '1.36',
      { flags: { noNfacct: true } },
      `-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP\n${ACCEPT_MARKED}-A KUBE-FORWARD ${established('rule')}`,
    ],
    [
      'leaves it to a liberal conntrack',
      '1.36',
      { config: 'conntrack: { tcpBeLiberal: true }' },
      `${ACCEPT_MARKED}-A KUBE-FORWARD ${established('rule')}`,
    ],
  ])('%s (%s)', (_, version, more, rules) => {
    expect(chain('filter', 'KUBE-FORWARD', at(version, more))).toBe(rules);
  });
});

const DROP_MARKED =
  '-A KUBE-FIREWALL -m comment --comment "kubernetes firewall for dropping marked packets" -m mark --mark 0x8000/0x8000 -j DROP\n';
const DROP_MARTIANS =
  '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP\n';

describe('KUBE-FIREWALL', () => {
  it.each<[string, Version, Partial<ChainsRequest>, string | undefined]>([
    ['is not there yet', '1.2', {}, undefined],
    ["is kubelet's", '1.3', {}, DROP_MARKED],
    ["is kubelet's, with foreign packets to loopback", '1.24', {}, DROP_MARKED + DROP_MARTIANS],
    ['of IPv6 knows no loopback network', '1.24', { ipFamily: 'IPv6' }, DROP_MARKED],
    ['is of no use', '1.25', {}, undefined],
    ["is kube-proxy's", '1.27', {}, DROP_MARTIANS],
    [
      'has nothing to keep out without localhost node ports',
      '1.27',
      { flags: { localhostNodePorts: false } },
      '',
    ],
    ['has nothing to keep out in IPv6', '1.27', { ipFamily: 'IPv6' }, ''],
  ])('%s (%s)', (_, version, more, rules) => {
    expect(chain('filter', 'KUBE-FIREWALL', at(version, more))).toBe(rules);
  });
});

const LAST =
  '-m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS\n';

describe('the jump to KUBE-NODEPORTS', () => {
  it.each<[string, Partial<ChainsRequest>, string]>([
    ['is for all addresses of the node', {}, `-A KUBE-SERVICES ${LAST}`],
    [
      'leaves out loopback',
      { flags: { localhostNodePorts: false } },
      `-A KUBE-SERVICES ! -d 127.0.0.0/8 ${LAST}`,
    ],
    ['leaves out loopback in IPv6', { ipFamily: 'IPv6' }, `-A KUBE-SERVICES ! -d ::1/128 ${LAST}`],
    [
      'names addresses',
      { flags: { nodePortAddresses: ['192.168.0.0/24', '127.0.0.0/8'] } },
      ['127.0.0.1', '192.168.0.2']
        .map((ip) => `-A KUBE-SERVICES -d ${ip}/32 ${LAST.replace(' -m addrtype --dst-type LOCAL', '')}`)
        .join(''),
    ],
    [
      'names addresses of IPv6',
      { ipFamily: 'IPv6', flags: { nodePortAddresses: ['fd00::/8'], nodeAddresses: ['fd00::2'] } },
      `-A KUBE-SERVICES -d fd00::2/128 ${LAST.replace(' -m addrtype --dst-type LOCAL', '')}`,
    ],
    ['names none', { flags: { nodePortAddresses: ['172.16.0.0/12'] } }, ''],
  ])('%s', (_, more, rules) => {
    expect(chain('nat', 'KUBE-SERVICES', at('1.36', more))).toBe(rules);
  });
});

describe('a family that kube-proxy does not serve', () => {
  it("has kubelet's chains alone", () => {
    expect(chain('filter', 'KUBE-SERVICES', at('1.19', { ipFamily: 'IPv6' }))).toBeUndefined();
    expect(chain('filter', 'KUBE-FIREWALL', at('1.19', { ipFamily: 'IPv6' }))).toBe(DROP_MARKED);
  });

  it('has nothing before there was IPv6', () => {
    expect(chain('filter', 'INPUT', at('1.8', { ipFamily: 'IPv6' }))).toBeUndefined();
  });
});
