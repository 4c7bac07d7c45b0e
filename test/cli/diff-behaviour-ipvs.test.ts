/** `diff --behaviour` in mode ipvs: what a switch from it, or to it, changes, and where a node differs from its manifests. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { manifestsOf, nodeFiles } from '../helpers/ipvs-node-files.ts';
import { ipvsFolders } from '../helpers/ipvs-oracle.ts';

const NODE = ['--node-name', 'node-1', '--node-address', '192.168.0.2', '--node-address', '10.1.0.2'];
const manifests = (name: string): readonly string[] => [
  ...manifestsOf(name),
  ...['--cluster-cidr', '10.244.0.0/16', ...NODE],
];
const { folder, dumps } = nodeFiles();

const LOCAL = '12-nodeport-local-with-local-endpoint';
const ONE = '02-clusterip-two-endpoints-myblog';
const STICKY = '29-session-affinity-clusterip';

describe('a switch of the proxy mode', () => {
  const switched = async (...options: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(['diff', ...manifests(LOCAL), '--behaviour', ...options]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    return stdout;
  };

  it('from ipvs', async () => {
    expect(await switched('--proxy-mode', 'ipvs', '--against-mode', 'nftables')).toMatchInlineSnapshot(`
      "packets to default/np (node port 30101/TCP at 192.168.0.2) from the node itself: 10.244.1.10:80 gets 1/2 before, 1/3 now; 10.244.1.11:80 gets 1/2 before, 1/3 now; 10.244.2.10:80 gets none before, 1/3 now; not masqueraded on the way to 10.244.1.10:80, 10.244.1.11:80 before, masqueraded now
      packets to default/np (node port 30101/TCP at 10.1.0.2) from outside the cluster, pods and the node itself: sent to 10.244.1.10:80 or 10.244.1.11:80 before, let through now
      packets to default/np (10.96.0.27:80/TCP) from localhost: not masqueraded before, masqueraded now

      3 differences, in packets to 1 service port
      "
    `);
    expect(await switched('--proxy-mode', 'ipvs', '--against-mode', 'iptables')).toMatchInlineSnapshot(`
      "packets to default/np (node port 30101/TCP at 10.1.0.2 and 192.168.0.2) from the node itself: 10.244.1.10:80 gets 1/2 before, 1/3 now; 10.244.1.11:80 gets 1/2 before, 1/3 now; 10.244.2.10:80 gets none before, 1/3 now; not masqueraded on the way to 10.244.1.10:80, 10.244.1.11:80 before, masqueraded now
      packets to default/np (node port 30101/TCP at 127.0.0.0/8) from pods, the node itself, localhost and addresses such as 10.244.0.0: let through before, sent to 10.244.1.10:80 or 10.244.1.11:80 or 10.244.2.10:80 now
      packets to default/np (node port 30101/TCP at 127.0.0.0/8) from outside the cluster: let through before, sent to 10.244.1.10:80 or 10.244.1.11:80 now
      packets to default/np (10.96.0.27:80/TCP) from localhost: not masqueraded before, masqueraded now
      packets to default/np (10.96.0.27:80/TCP) from outside the cluster, in a connection that is INVALID: let through before, dropped now
      packets to 10.96.0.27 from outside the cluster, pods and the node itself: rejected before, let through now
      packets to 127.0.0.0/8 from outside the cluster, pods and the node itself: let through before, dropped now

      7 differences, in packets to 1 service port and other destinations
      "
    `);
  });

  it('to ipvs', async () => {
    expect(await switched('--proxy-mode', 'nftables', '--against-mode', 'ipvs')).toMatchInlineSnapshot(`
      "packets to default/np (node port 30101/TCP at 192.168.0.2) from the node itself: 10.244.1.10:80 gets 1/3 before, 1/2 now; 10.244.1.11:80 gets 1/3 before, 1/2 now; 10.244.2.10:80 gets 1/3 before, none now; masqueraded on the way to 10.244.1.10:80, 10.244.1.11:80 before, not masqueraded now
      packets to default/np (node port 30101/TCP at 10.1.0.2) from outside the cluster, pods and the node itself: let through before, sent to 10.244.1.10:80 or 10.244.1.11:80 now
      packets to default/np (10.96.0.27:80/TCP) from localhost: masqueraded before, not masqueraded now

      3 differences, in packets to 1 service port
      "
    `);
    expect(await switched('--against-mode', 'ipvs')).toMatchInlineSnapshot(`
      "packets to default/np (node port 30101/TCP at 10.1.0.2 and 192.168.0.2) from the node itself: 10.244.1.10:80 gets 1/3 before, 1/2 now; 10.244.1.11:80 gets 1/3 before, 1/2 now; 10.244.2.10:80 gets 1/3 before, none now; masqueraded on the way to 10.244.1.10:80, 10.244.1.11:80 before, not masqueraded now
      packets to default/np (node port 30101/TCP at 127.0.0.0/8) from pods, the node itself, localhost and addresses such as 10.244.0.0: sent to 10.244.1.10:80 or 10.244.1.11:80 or 10.244.2.10:80 before, let through now
      packets to default/np (node port 30101/TCP at 127.0.0.0/8) from outside the cluster: sent to 10.244.1.10:80 or 10.244.1.11:80 before, let through now
      packets to default/np (10.96.0.27:80/TCP) from localhost: masqueraded before, not masqueraded now
      packets to 10.96.0.27 from outside the cluster, pods and the node itself: let through before, rejected now
      packets to 127.0.0.0/8 from outside the cluster, pods and the node itself: dropped before, let through now

      6 differences, in packets to 1 service port and other destinations
      "
    `);
  });

  it('that leaves a scheduler behind', async () => {
    const options = ['--proxy-mode', 'ipvs', '--ipvs-scheduler', 'lc', '--against-mode', 'nftables'];
    const { stdout } = await run(['diff', ...manifests(STICKY), '--behaviour', ...options]);
    expect(stdout).toMatchInlineSnapshot(`
      "packets to default/sticky (10.96.0.45:80/TCP) from outside the cluster, pods and the node itself: chosen by load before, by fixed shares now
      packets to default/sticky (10.96.0.45:80/TCP) from localhost, sent to 10.244.1.10:8080 before: not masqueraded before, masqueraded now

      2 differences, in packets to 1 service port
      "
    `);
    const json = await run(['diff', ...manifests(ONE), '--behaviour', ...options, '-o', 'json']);
    expect(json.stdout).toMatchInlineSnapshot(`
      "{
        "equal": false,
        "classes": [
          {
            "service": "demo/myblog/TCP",
            "packets": {
              "to": [
                "10.99.174.93:80/TCP"
              ],
              "from": [
                "outside the cluster",
                "pods",
                "the node itself"
              ],
              "example": {
                "from": "203.0.113.10",
                "local": false,
                "inInterface": null,
                "to": "10.99.174.93:80/TCP",
                "state": "NEW",
                "servedBefore": []
              }
            },
            "expected": [
              {
                "verdict": "DNAT",
                "to": "10.244.1.158:8002",
                "probability": "by load",
                "masquerade": true,
                "path": [
                  "nat/PREROUTING:1",
                  "nat/KUBE-SERVICES:2",
                  "nat/KUBE-MARK-MASQ:1",
                  "nat/KUBE-SERVICES:3",
                  "nat/KUBE-SERVICES:4",
                  "filter/INPUT:1",
                  "filter/KUBE-IPVS-FILTER:2",
                  "filter/INPUT:2",
                  "filter/INPUT:3",
                  "ipvs/virtual-servers:1",
                  "ipvs/10.99.174.93:80/TCP:1",
                  "filter/OUTPUT:1",
                  "nat/POSTROUTING:1",
                  "nat/KUBE-POSTROUTING:3",
                  "nat/KUBE-POSTROUTING:4"
                ],
                "undecided": []
              },
              {
                "verdict": "DNAT",
                "to": "10.244.1.159:8002",
                "probability": "by load",
                "masquerade": true,
                "path": [
                  "nat/PREROUTING:1",
                  "nat/KUBE-SERVICES:2",
                  "nat/KUBE-MARK-MASQ:1",
                  "nat/KUBE-SERVICES:3",
                  "nat/KUBE-SERVICES:4",
                  "filter/INPUT:1",
                  "filter/KUBE-IPVS-FILTER:2",
                  "filter/INPUT:2",
                  "filter/INPUT:3",
                  "ipvs/virtual-servers:1",
                  "ipvs/10.99.174.93:80/TCP:2",
                  "filter/OUTPUT:1",
                  "nat/POSTROUTING:1",
                  "nat/KUBE-POSTROUTING:3",
                  "nat/KUBE-POSTROUTING:4"
                ],
                "undecided": []
              }
            ],
            "actual": [
              {
                "verdict": "DNAT",
                "to": "10.244.1.158:8002",
                "probability": "1/2",
                "masquerade": true,
                "path": [
                  "ip kube-proxy/filter-prerouting-pre-dnat:1",
                  "ip kube-proxy/nat-prerouting:1",
                  "ip kube-proxy/services:1",
                  "ip kube-proxy/services:2",
                  "ip kube-proxy/service-ILDV4B5I-demo/myblog/tcp/:1",
                  "ip kube-proxy/filter-forward:1",
                  "ip kube-proxy/filter-forward:2",
                  "ip kube-proxy/nat-postrouting:1",
                  "ip kube-proxy/masquerading:1"
                ],
                "undecided": []
              },
              {
                "verdict": "DNAT",
                "to": "10.244.1.159:8002",
                "probability": "1/2",
                "masquerade": true,
                "path": [
                  "ip kube-proxy/filter-prerouting-pre-dnat:1",
                  "ip kube-proxy/nat-prerouting:1",
                  "ip kube-proxy/services:1",
                  "ip kube-proxy/services:2",
                  "ip kube-proxy/service-ILDV4B5I-demo/myblog/tcp/:1",
                  "ip kube-proxy/filter-forward:1",
                  "ip kube-proxy/filter-forward:2",
                  "ip kube-proxy/nat-postrouting:1",
                  "ip kube-proxy/masquerading:1"
                ],
                "undecided": []
              }
            ]
          }
        ]
      }
      "
    `);
  });

  it('within mode ipvs compares releases and configurations', async () => {
    const old = ['--proxy-mode', 'ipvs', '--kube-proxy-version', '1.24', '--against-version', '1.36'];
    expect(await switched(...old)).toMatchInlineSnapshot(`
      "packets to default/np (10.96.0.27:80/TCP) from localhost: masqueraded before, not masqueraded now
      packets to default/np (node port 30101/TCP at 127.0.0.0/8) from outside the cluster, pods and the node itself: dropped before, let through now
      packets to 10.96.0.27 from outside the cluster, pods and the node itself: let through before, rejected now
      packets to 127.0.0.0/8 from outside the cluster, pods and the node itself: dropped before, let through now

      4 differences, in packets to 1 service port and other destinations
      "
    `);
  });
});

describe('a node in mode ipvs', () => {
  const behaviour = (live: string, ...options: readonly string[]): ReturnType<typeof run> =>
    run(['diff', ...manifests(LOCAL), '--live', live, '--behaviour', ...options]);

  it('does as its manifests say', async () => {
    expect(await behaviour(dumps(LOCAL))).toEqual({
      code: 0,
      stdout: 'the same becomes of every packet\n',
      stderr: '',
    });
  });

  it('keeps rules, sets and virtual servers of other software on both sides', async () => {
    const path = dumps(LOCAL, {
      iptables: (text) =>
        text
          .replace('*nat\n', '*nat\n:OTHER - [0:0]\n')
          .replace('-A PREROUTING ', '-A PREROUTING -m set --match-set others src -j OTHER\n-A PREROUTING ')
          .replace('-A KUBE-SERVICES ', '-A OTHER -j MARK --set-xmark 0x1/0x1\n-A KUBE-SERVICES '),
      ipset: (text) => `${text}create others hash:ip family inet\nadd others 203.0.113.9\n`,
    });
    expect(await behaviour(path)).toMatchObject({ code: 0, stderr: '' });
    const excluded = dumps(LOCAL, {
      ipvs: (text) =>
        `${text}\n-A -t 192.168.0.2:9000 -s rr\n-a -t 192.168.0.2:9000 -r 10.9.9.9:9000 -m -w 1\n`,
    });
    expect((await behaviour(excluded)).stdout).toMatchInlineSnapshot(`
      "packets to 192.168.0.2:9000/TCP from outside the cluster, pods and the node itself: let through before, sent to 10.9.9.9:9000 now

      1 difference, in packets to other destinations
      "
    `);
    const config = join(folder(), 'kube-proxy.yaml');
    writeFileSync(
      config,
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\nipvs: {excludeCIDRs: [192.168.0.0/24]}\n',
    );
    expect(await behaviour(excluded, '--config', config)).toMatchObject({ code: 0 });
  });

  it('is told of by Service where it does not', async () => {
    const path = dumps(LOCAL, {
      ipvs: (text) =>
        text
          .replace(
            '-a -t 10.96.0.27:80 -r 10.244.1.10:80 -m -w 1',
            '-a -t 10.96.0.27:80 -r 10.244.1.10:80 -m -w 0',
          )
          .replace('-A -t 192.168.0.2:30101 -s rr', '-A -t 192.168.0.2:30101 -s wlc'),
      addresses: () => '[{"ifname": "kube-ipvs0", "addr_info": []}]',
      ipset: (text) => text.replace('add KUBE-NODE-PORT-LOCAL-TCP 30101\n', ''),
    });
    const { code, stdout } = await behaviour(path);
    expect({ code, stdout }).toMatchInlineSnapshot(`
      {
        "code": 1,
        "stdout": "packets to default/np (node port 30101/TCP at 192.168.0.2) from outside the cluster, pods and the node itself: not masqueraded before, masqueraded now; chosen by fixed shares before, by load now
      packets to default/np (node port 30101/TCP at 127.0.0.0/8) from the node itself: not masqueraded before, masqueraded now
      packets to default/np (10.96.0.27:80/TCP) from outside the cluster and pods: sent to 10.244.1.10:80 or 10.244.1.11:80 or 10.244.2.10:80 before, let through now
      packets to default/np (10.96.0.27:80/TCP) from the node itself: 10.244.1.10:80 gets 1/3 before, none now; 10.244.1.11:80 gets 1/3 before, 1/2 now; 10.244.2.10:80 gets 1/3 before, 1/2 now
      packets to 10.96.0.27 from outside the cluster, pods and the node itself: rejected before, let through now

      5 differences, in packets to 1 service port and other destinations
      ",
      }
    `);
  });

  it('is compared with another node, whatever its mode', async () => {
    const live = dumps(LOCAL);
    const golden = join(folder(), 'golden.save');
    const compiled = await run(['compile', ...manifests(LOCAL), '--proxy-mode', 'iptables']);
    writeFileSync(golden, compiled.stdout);
    const asked = ['--behaviour', '--node-address', '192.168.0.2', '--node-address', '10.1.0.2'];
    expect((await run(['diff', '--golden', golden, '--live', live, ...asked])).stdout).toMatchInlineSnapshot(`
      "packets to default/np (node port 30101/TCP at 10.1.0.2 and 192.168.0.2) from the node itself: 10.244.1.10:80 gets 1/3 before, 1/2 now; 10.244.1.11:80 gets 1/3 before, 1/2 now; 10.244.2.10:80 gets 1/3 before, none now; masqueraded on the way to 10.244.1.10:80, 10.244.1.11:80 before, not masqueraded now
      packets to default/np (node port 30101/TCP at 127.0.0.0/8) from pods, the node itself, localhost and addresses such as 10.244.0.0: sent to 10.244.1.10:80 or 10.244.1.11:80 or 10.244.2.10:80 before, let through now
      packets to default/np (node port 30101/TCP at 127.0.0.0/8) from outside the cluster: sent to 10.244.1.10:80 or 10.244.1.11:80 before, let through now
      packets to default/np (10.96.0.27:80/TCP) from localhost: masqueraded before, not masqueraded now
      packets to 10.96.0.27 from outside the cluster, pods and the node itself: let through before, rejected now
      packets to 127.0.0.0/8 from outside the cluster, pods and the node itself: dropped before, let through now

      6 differences, in packets to 1 service port and other destinations
      "
    `);
  });

  it('needs all parts that decide', async () => {
    const nothing = (): undefined => undefined;
    const torn = dumps(LOCAL, { ipvs: nothing, iptables: nothing });
    expect(await behaviour(torn)).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "svc2ipt: error: packets of mode ipvs cannot be followed without these outputs: iptables-save, ipvsadm -S -n [dump-structure]
      ",
        "stdout": "",
      }
    `);
    const path = dumps(LOCAL, { addresses: nothing });
    expect(await behaviour(path)).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "svc2ipt: warning: nothing tells the addresses of kube-ipvs0, so that the node is taken to have those of all virtual servers: give the output of ip -j addr show kube-ipvs0 [node-addresses-unknown]
      ",
        "stdout": "the same becomes of every packet
      ",
      }
    `);
    const golden = join(folder(), 'golden.txt');
    writeFileSync(golden, 'inet 10.96.0.1/32\n');
    const { code, stderr } = await run(['diff', '--golden', golden, '--live', path, '--behaviour']);
    expect({ code, stderr }).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "svc2ipt: warning: nothing tells the addresses of kube-ipvs0, so that the node is taken to have those of all virtual servers: give the output of ip -j addr show kube-ipvs0 [node-addresses-unknown]
      svc2ipt: error: packets of mode ipvs cannot be followed without these outputs: iptables-save, ipset save, ipvsadm -S -n [dump-structure]
      ",
      }
    `);
    const against = [
      '--against-filename',
      join(ipvsFolders(LOCAL).manifests, 'manifests.yaml'),
      '--against-mode',
      'ipvs',
    ];
    const other = await run(['diff', '--golden', golden, ...against, ...NODE, '--behaviour']);
    expect({ code: other.code, stderr: other.stderr }).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "svc2ipt: error: packets of mode ipvs cannot be followed without these outputs: iptables-save, ipset save, ipvsadm -S -n [dump-structure]
      ",
      }
    `);
  });
});
