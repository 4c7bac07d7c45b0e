/** `trace` in mode ipvs: from manifests, and from the outputs of a node's tools. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { configuredManifestsOf, nodeFiles, partsOf } from '../helpers/ipvs-node-files.ts';

const NODE = ['--node-address', '192.168.0.2'];
const manifests = (name: string): readonly string[] => [
  ...configuredManifestsOf(name),
  ...['--node-name', 'node-1', ...NODE],
];
const { folder, dumps } = nodeFiles();
const nothing = (): undefined => undefined;

const NODE_PORT = '12-nodeport-local-with-local-endpoint';
const STICKY = '29-session-affinity-clusterip';
const BALANCER = '19-loadbalancer-source-ranges';
const BY_LOAD = '66-ipvs-scheduler-wlc';

describe('svc2ipt trace in mode ipvs', () => {
  it('tells the way through rules, virtual servers and the rules behind them', async () => {
    const traced = await run(['trace', ...manifests(STICKY), '--to', 'default/sticky', '--from', 'outside']);
    expect({ code: traced.code, stderr: traced.stderr }).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "",
      }
    `);
    expect(traced.stdout).toMatchInlineSnapshot(`
      "outside (203.0.113.10) -> 10.96.0.45:80/TCP (default/sticky cluster IP)
        nat/PREROUTING
          1: -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
            nat/KUBE-SERVICES
              2: ! -s 10.244.0.0/16 -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ
                nat/KUBE-MARK-MASQ
                  1: -j MARK --set-xmark 0x4000/0x4000
            nat/KUBE-SERVICES
              3: -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT
              4: -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT
        filter/INPUT
          1: -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-FILTER
            filter/KUBE-IPVS-FILTER
              2: -m set --match-set KUBE-CLUSTER-IP dst,dst -j RETURN
        filter/INPUT
          2: -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL
          3: -m comment --comment "kubernetes health check rules" -j KUBE-NODE-PORT
        ipvs/virtual-servers
          1: -t 10.96.0.45:80 -s rr -p 10800
            ipvs/10.96.0.45:80/TCP
              3: -r 10.244.1.10:8080 -m -w 1   [1/2]
        filter/OUTPUT
          1: -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-OUT-FILTER
        nat/POSTROUTING
          1: -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
            nat/KUBE-POSTROUTING
              3: -j MARK --set-xmark 0x4000/0x0
              4: -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully

        or, with probability 1/2:
            ipvs/10.96.0.45:80/TCP
              4: -r 10.244.2.10:8080 -m -w 1
        and then as above

      OUTCOME  TO                SHARE         SOURCE
      DNAT     10.244.1.10:8080  1/2 (0.5000)  rewritten
      DNAT     10.244.2.10:8080  1/2 (0.5000)  rewritten
      "
    `);
  });

  it('tells the same from the outputs of a node, in a folder, in files, and in one text', async () => {
    const path = dumps(STICKY);
    const asked = [...NODE, '--to', '10.96.0.45:80', '--from', 'outside', '-o', 'json'];
    const traced = await run(['trace', '--live', path, ...asked]);
    expect(traced).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "",
        "stdout": "{
        "packets": [
          {
            "from": "203.0.113.10",
            "client": "outside",
            "local": false,
            "inInterface": null,
            "to": "10.96.0.45:80/TCP",
            "outcomes": [
              {
                "verdict": "DNAT",
                "to": "10.244.1.10:8080",
                "probability": "1/2",
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
                  "ipvs/10.96.0.45:80/TCP:3",
                  "filter/OUTPUT:1",
                  "nat/POSTROUTING:1",
                  "nat/KUBE-POSTROUTING:3",
                  "nat/KUBE-POSTROUTING:4"
                ],
                "undecided": []
              },
              {
                "verdict": "DNAT",
                "to": "10.244.2.10:8080",
                "probability": "1/2",
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
                  "ipvs/10.96.0.45:80/TCP:4",
                  "filter/OUTPUT:1",
                  "nat/POSTROUTING:1",
                  "nat/KUBE-POSTROUTING:3",
                  "nat/KUBE-POSTROUTING:4"
                ],
                "undecided": []
              }
            ]
          }
        ]
      }
      ",
      }
    `);
    const files = ['iptables', 'ipset', 'ipvs', 'addresses'].flatMap((part) => [
      '--live',
      join(path, `${part}.txt`),
    ]);
    expect(await run(['trace', ...files, ...asked])).toEqual(traced);
    const stdin = Object.values(partsOf(STICKY)).join('');
    expect(await run(['trace', '--live', '-', ...asked], { stdin })).toEqual(traced);
    const named = await run([
      'trace',
      '--live',
      path,
      ...manifests(STICKY),
      '--to',
      'default/sticky',
      '--from',
      'outside',
      '-o',
      'json',
    ]);
    expect(named.stdout.replace(/ +"service": .*\n/, '')).toBe(traced.stdout);
  });

  it('sends clients back to the real server that they had', async () => {
    const asked = ['--to', 'default/sticky', '--from', 'outside', '--known-to', '10.244.2.10:8080'];
    const { stdout } = await run(['trace', ...manifests(STICKY), ...asked]);
    expect(stdout.split('\n').slice(-3)).toMatchInlineSnapshot(`
      [
        "OUTCOME  TO                SHARE  SOURCE",
        "DNAT     10.244.2.10:8080  1      rewritten",
        "",
      ]
    `);
  });

  it('tells what other schedulers go by', async () => {
    const { code, stdout } = await run([
      'trace',
      ...manifests(BY_LOAD),
      '--to',
      '10.96.0.63:80',
      '--from',
      'pod',
    ]);
    expect({ code, stdout }).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stdout": "pod (10.244.255.254) -> 10.96.0.63:80/TCP (default/web:http cluster IP)
        nat/PREROUTING
          1: -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
            nat/KUBE-SERVICES
              7: -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT
              8: -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT
        filter/INPUT
          1: -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-FILTER
            filter/KUBE-IPVS-FILTER
              2: -m set --match-set KUBE-CLUSTER-IP dst,dst -j RETURN
        filter/INPUT
          2: -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL
          3: -m comment --comment "kubernetes health check rules" -j KUBE-NODE-PORT
        ipvs/virtual-servers
          1: -t 10.96.0.63:80 -s wlc
            ipvs/10.96.0.63:80/TCP
              1: -r 10.244.1.10:8080 -m -w 1
        filter/OUTPUT
          1: -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-OUT-FILTER
        nat/POSTROUTING
          1: -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
            nat/KUBE-POSTROUTING
              2: -m mark ! --mark 0x4000/0x4000 -j RETURN

        or, by load:
            ipvs/10.96.0.63:80/TCP
              2: -r 10.244.2.10:8080 -m -w 1
        and then as above

      OUTCOME  TO                SHARE    SOURCE
      DNAT     10.244.1.10:8080  by load  kept
      DNAT     10.244.2.10:8080  by load  kept
      ",
      }
    `);
  });

  it('tells of every client of node ports and load balancers', async () => {
    const nodePort = await run(['trace', ...manifests(NODE_PORT), '--to', 'default/np']);
    expect(nodePort).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "",
        "stdout": "pod (10.244.255.254) -> 10.96.0.27:80/TCP (default/np cluster IP)                               DNAT 10.244.1.10:80 1/3, DNAT 10.244.1.11:80 1/3, DNAT 10.244.2.10:80 1/3
      node (10.96.0.27), from a process of the node -> 10.96.0.27:80/TCP (default/np cluster IP)      DNAT 10.244.1.10:80 1/3, DNAT 10.244.1.11:80 1/3, DNAT 10.244.2.10:80 1/3 [source rewritten]
      outside (203.0.113.10) -> 10.96.0.27:80/TCP (default/np cluster IP)                             DNAT 10.244.1.10:80 1/3, DNAT 10.244.1.11:80 1/3, DNAT 10.244.2.10:80 1/3 [source rewritten]
      pod (10.244.255.254) -> 192.168.0.2:30101/TCP (default/np node port)                            DNAT 10.244.1.10:80 1/2, DNAT 10.244.1.11:80 1/2
      node (192.168.0.2), from a process of the node -> 192.168.0.2:30101/TCP (default/np node port)  DNAT 10.244.1.10:80 1/2, DNAT 10.244.1.11:80 1/2
      outside (203.0.113.10) -> 192.168.0.2:30101/TCP (default/np node port)                          DNAT 10.244.1.10:80 1/2, DNAT 10.244.1.11:80 1/2
      ",
      }
    `);
    const balancer = await run(['trace', ...manifests(BALANCER), '--to', 'default/lb']);
    expect(balancer).toMatchInlineSnapshot(`
      {
        "code": 1,
        "stderr": "",
        "stdout": "pod (10.244.255.254) -> 10.96.0.35:443/TCP (default/lb cluster IP)                                       DNAT 10.244.1.10:8443 1/2, DNAT 10.244.2.10:8443 1/2
      node (10.96.0.35), from a process of the node -> 10.96.0.35:443/TCP (default/lb cluster IP)              DNAT 10.244.1.10:8443 1/2, DNAT 10.244.2.10:8443 1/2 [source rewritten]
      outside (203.0.113.10) -> 10.96.0.35:443/TCP (default/lb cluster IP)                                     DNAT 10.244.1.10:8443 1/2, DNAT 10.244.2.10:8443 1/2 [source rewritten]
      pod (10.244.255.254) -> 198.51.100.14:443/TCP (default/lb load balancer IP)                              DNAT 10.244.1.10:8443 1/2, DNAT 10.244.2.10:8443 1/2 [source rewritten]
      node (198.51.100.14), from a process of the node -> 198.51.100.14:443/TCP (default/lb load balancer IP)  DROP
      outside (203.0.113.10) -> 198.51.100.14:443/TCP (default/lb load balancer IP)                            DNAT 10.244.1.10:8443 1/2, DNAT 10.244.2.10:8443 1/2 [source rewritten]
      pod (10.244.255.254) -> 192.168.0.2:30448/TCP (default/lb node port)                                     DNAT 10.244.1.10:8443 1/2, DNAT 10.244.2.10:8443 1/2 [source rewritten]
      node (192.168.0.2), from a process of the node -> 192.168.0.2:30448/TCP (default/lb node port)           DNAT 10.244.1.10:8443 1/2, DNAT 10.244.2.10:8443 1/2 [source rewritten]
      outside (203.0.113.10) -> 192.168.0.2:30448/TCP (default/lb node port)                                   DNAT 10.244.1.10:8443 1/2, DNAT 10.244.2.10:8443 1/2 [source rewritten]
      ",
      }
    `);
  });

  it('takes the addresses of the node from virtual servers of node ports', async () => {
    const traced = await run([
      'trace',
      '--live',
      dumps(NODE_PORT),
      '--to',
      ':30101',
      '--from',
      'outside',
      '-o',
      'json',
    ]);
    expect(traced).toMatchObject({ code: 0, stderr: '' });
    expect(traced.stdout).toContain('"to": "10.1.0.2:30101/TCP"');
  });

  it('refuses an address that no part binds to the node, and needs the other parts', async () => {
    const asked = ['--to', '10.96.0.27:80', '--from', 'outside', ...NODE];
    const without = await run([
      'trace',
      '--live',
      dumps(NODE_PORT, { addresses: nothing }),
      ...asked,
      '-o',
      'json',
    ]);
    expect({ code: without.code, stderr: without.stderr }).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "svc2ipt: warning: nothing tells the addresses of kube-ipvs0, so that the node is taken to have those of all virtual servers: give the output of ip -j addr show kube-ipvs0 [node-addresses-unknown]
      ",
      }
    `);
    const torn = await run([
      'trace',
      '--live',
      dumps(NODE_PORT, { iptables: nothing, ipvs: nothing }),
      ...asked,
    ]);
    expect(torn).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "svc2ipt: error: packets of mode ipvs cannot be followed without these outputs: iptables-save, ipvsadm -S -n [dump-structure]
      ",
        "stdout": "",
      }
    `);
    const two = join(folder(), 'two');
    mkdirSync(two);
    writeFileSync(join(two, 'broken.txt'), 'nonsense\n');
    const broken = await run([
      'trace',
      '--live',
      dumps(NODE_PORT),
      '--live',
      join(two, 'broken.txt'),
      ...asked,
    ]);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toContain('broken.txt:1:1: error: This is the output of none of iptables-save');
  });
});
