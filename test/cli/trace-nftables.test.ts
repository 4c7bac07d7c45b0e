/** `trace`, and `diff --behaviour`, in mode nftables: from manifests and from lists of nft. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { NFT_ORACLE } from '../helpers/nftables-listings.ts';

const manifests = (name: string): readonly string[] => [
  ...['-f', join(NFT_ORACLE, name, 'manifests.yaml'), '--cluster-cidr', '10.244.0.0/16'],
  ...['--node-name', 'node-1', '--node-address', '192.168.0.2'],
];
const AFFINITY = manifests('29-session-affinity-clusterip');
const BALANCER = manifests('17-loadbalancer-local-with-local');
const MODE = ['--proxy-mode', 'nftables'];
const NODE = ['--node-address', '192.168.0.2'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-trace-nft-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the node of the manifests holds, as nft lists it. */
async function listed(name: string, of: readonly string[], before = '', format = 'save'): Promise<string> {
  const { stdout } = await run(['compile', ...of, ...MODE, '--format', format]);
  const path = join(folder, name);
  writeFileSync(path, before + stdout);
  return path;
}

describe('svc2ipt trace in mode nftables', () => {
  it('tells the way through tables, chains and maps', async () => {
    const traced = await run(['trace', ...AFFINITY, ...MODE, '--to', 'default/sticky', '--from', 'outside']);
    expect(traced).toEqual({
      code: 0,
      stderr: '',
      stdout: `outside (203.0.113.10) -> 10.96.0.45:80/TCP (default/sticky cluster IP)
  ip kube-proxy/filter-prerouting-pre-dnat
    1: ct state new jump firewall-check
  ip kube-proxy/nat-prerouting
    1: jump services
      ip kube-proxy/services
        1: ip daddr @cluster-ips ip saddr != 10.244.0.0/16 meta mark set meta mark | 0x00004000 comment "masquerade clusterIP traffic from outside cluster"
        2: ip daddr . meta l4proto . th dport vmap @service-ips
          ip kube-proxy/service-EDE2N7RF-default/sticky/tcp/
            3: numgen random mod 2 vmap { 0 : goto endpoint-6S67S72R-default/sticky/tcp/__10.244.1.10/8080, 1 : goto endpoint-CSX5S7RK-default/sticky/tcp/__10.244.2.10/8080 }   [1/2]
              ip kube-proxy/endpoint-6S67S72R-default/sticky/tcp/__10.244.1.10/8080
                1: update @affinity-6S67S72R-default/sticky/tcp/__10.244.1.10/8080 { ip saddr }
                2: meta l4proto tcp dnat to 10.244.1.10:8080
  ip kube-proxy/filter-forward
    1: ct state new jump service-endpoints-check
    2: ct state new jump cluster-ips-check
  ip kube-proxy/nat-postrouting
    1: jump masquerading
      ip kube-proxy/masquerading
        1: meta mark & 0x00004000 != 0x00000000 meta mark set meta mark ^ 0x00004000 masquerade fully-random

  or, with probability 1/2:
              ip kube-proxy/endpoint-CSX5S7RK-default/sticky/tcp/__10.244.2.10/8080
                1: update @affinity-CSX5S7RK-default/sticky/tcp/__10.244.2.10/8080 { ip saddr }
                2: meta l4proto tcp dnat to 10.244.2.10:8080
  and then as above

OUTCOME  TO                SHARE         SOURCE
DNAT     10.244.1.10:8080  1/2 (0.5000)  rewritten
DNAT     10.244.2.10:8080  1/2 (0.5000)  rewritten
`,
    });
  });

  it('tells a way once, on which one rule chooses among the endpoints', async () => {
    const { stdout } = await run(['trace', ...BALANCER, ...MODE, '--to', '10.96.0.33:443', '--from', 'pod']);
    expect(stdout.split('\n').slice(5)).toEqual([
      '      ip kube-proxy/services',
      '        2: ip daddr . meta l4proto . th dport vmap @service-ips',
      '          ip kube-proxy/service-BPKTVXJ3-default/lb/tcp/https',
      '            1: meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.1.10 . 8443, 1 : 10.244.2.10 . 8443 }   [1/2]',
      '  ip kube-proxy/filter-forward',
      '    1: ct state new jump service-endpoints-check',
      '    2: ct state new jump cluster-ips-check',
      '  ip kube-proxy/nat-postrouting',
      '    1: jump masquerading',
      '',
      'OUTCOME  TO                SHARE         SOURCE',
      'DNAT     10.244.1.10:8443  1/2 (0.5000)  kept',
      'DNAT     10.244.2.10:8443  1/2 (0.5000)  kept',
      '',
    ]);
  });

  it('sends a client back to the endpoint that it is known to', async () => {
    const dump = await listed('known.nft', AFFINITY);
    for (const rules of [
      [...AFFINITY, ...MODE],
      ['--live', dump, ...NODE],
    ]) {
      for (const endpoint of ['10.244.1.10:8080', '10.244.2.10:8080']) {
        const words = ['--to', '10.96.0.45:80', '--from', 'outside', '--known-to', endpoint];
        const { stdout } = await run(['trace', ...rules, ...words]);
        expect(stdout.split('\n').filter((line) => line.startsWith('DNAT'))).toEqual([
          `DNAT     ${endpoint}  1      rewritten`,
        ]);
      }
    }
  });

  it('answers the same for what nft lists, and finds names there', async () => {
    const warning = '# Warning: table ip filter is managed by iptables-nft, do not touch!\n';
    for (const [of, to] of [
      [AFFINITY, 'default/sticky'],
      [AFFINITY, '10.96.0.45:81'],
      [BALANCER, 'default/lb:https'],
      [BALANCER, ':30446'],
      [BALANCER, '198.51.100.12:443'],
    ] as const) {
      const dump = await listed('node.nft', of, warning);
      const live = await run(['trace', '--live', dump, ...NODE, '--to', to, '-o', 'json']);
      const compiled = await run(['trace', ...of, ...MODE, '--to', to, '-o', 'json']);
      expect(live.stderr).toBe('');
      expect(outcomesIn(live.stdout)).toEqual(outcomesIn(compiled.stdout));
    }
  });

  it.each(['json', 'restore'])('reads what compile writes as %s, too', async (format) => {
    const dump = await listed(`node.${format}`, BALANCER, '', format);
    const live = await run(['trace', '--live', dump, ...NODE, '--to', 'default/lb:https', '-o', 'json']);
    const compiled = await run(['trace', ...BALANCER, ...MODE, '--to', 'default/lb:https', '-o', 'json']);
    expect(live.stderr).toBe('');
    expect(outcomesIn(live.stdout)).toEqual(outcomesIn(compiled.stdout));
  });

  it('names Services by chains and comments of elements', async () => {
    const dump = await listed('empty.nft', manifests('16-loadbalancer-no-endpoints'));
    const traced = await run(['trace', '--live', dump, ...NODE, '--to', 'default/lb', '--from', 'outside']);
    expect(traced).toEqual({
      code: 1,
      stderr: '',
      stdout: `outside (203.0.113.10) -> 10.96.0.32:443/TCP (default/lb cluster IP)      REJECT
outside (203.0.113.10) -> 198.51.100.11:443/TCP (default/lb external IP)  REJECT
outside (203.0.113.10) -> 192.168.0.2:30445/TCP (default/lb node port)    REJECT
`,
    });
  });

  it('refuses a damaged list, at its place', async () => {
    const damaged = join(folder, 'damaged.nft');
    writeFileSync(damaged, 'table ip kube-proxy {\n\tchain services {\n');
    const { code, stdout, stderr } = await run(['trace', '--live', damaged, '--to', '10.96.0.1:80']);
    expect([code, stdout, stderr.replaceAll(folder, '')]).toEqual([
      2,
      '',
      '/damaged.nft:3:1: error: the text ends here: expected "}"; is it complete? [dump-truncated]\n',
    ]);
  });

  it('takes one list for one family', async () => {
    const dump = await listed('twice.nft', AFFINITY);
    const { code, stderr } = await run([
      ...['trace', '--live', dump, '--live', dump, ...NODE, '--to', '10.96.0.45:80'],
    ]);
    expect([code, stderr]).toEqual([
      2,
      'svc2ipt: error: two dumps of IPv4 rules: give one of each family [usage]\n',
    ]);
  });
});

/** The outcomes of each packet; a list does not tell which pods there are. */
const outcomesIn = (json: string): unknown =>
  (JSON.parse(json) as { packets: { outcomes: object[] }[] }).packets.map(({ outcomes }) => outcomes);

describe('svc2ipt diff --behaviour --against-mode nftables', () => {
  it('tells which packets go another way after the switch', async () => {
    const { code, stdout, stderr } = await run([
      ...['diff', ...BALANCER, '--behaviour', '--against-mode', 'nftables'],
    ]);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toBe(
      [
        'packets to default/lb:https (10.96.0.33:443/TCP, 198.51.100.12:443/TCP, node port 30446/TCP) from endpoint 10.244.2.10: masqueraded on the way to 10.244.2.10:8443 before, not masqueraded now',
        'packets to default/lb:https (node port 30446/TCP at 127.0.0.0/8) from pods, the node itself, localhost and addresses such as 10.244.0.0: sent to 10.244.1.10:8443 or 10.244.2.10:8443 before, let through now',
        'packets to default/lb:https (node port 30446/TCP at 127.0.0.0/8) from outside the cluster: sent to 10.244.1.10:8443 before, let through now',
        'packets to 10.96.0.33 from outside the cluster, pods and the node itself: let through before, rejected now',
        'packets to 127.0.0.0/8 from outside the cluster, pods and the node itself: dropped before, let through now',
        '',
        '5 differences, in packets to 1 service port and other destinations',
        '',
      ].join('\n'),
    );
  });

  it('finds none from mode nftables to itself', async () => {
    const same = await run(['diff', ...BALANCER, ...MODE, '--behaviour', '--against-mode', 'nftables']);
    expect([same.code, same.stderr]).toEqual([0, '']);
  });
});
