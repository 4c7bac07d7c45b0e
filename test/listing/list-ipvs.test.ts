/** `list` in mode ipvs: what manifests make, and what the outputs of a node's tools hold. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { configuredManifestsOf, nodeFiles, partsOf } from '../helpers/ipvs-node-files.ts';
import { ipvsCaptures, ipvsFolders } from '../helpers/ipvs-oracle.ts';
import { sampled } from '../helpers/diff-oracle.ts';

const NODE = ['--node-name', 'node-1', '--node-address', '192.168.0.2', '--node-address', '10.1.0.2'];
const manifests = (name: string): readonly string[] => [...configuredManifestsOf(name), ...NODE];
const { dumps } = nodeFiles();

const NODE_PORT = '12-nodeport-local-with-local-endpoint';
const MANY = '65-ipvs-scheduler-lc';
const SCTP = '08-sctp';

describe('svc2ipt list in mode ipvs', () => {
  it('shows the virtual servers of manifests', async () => {
    const { code, stdout } = await run(['list', ...manifests(NODE_PORT)]);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "SERVICE     TYPE      PROTOCOL  ADDRESSES             CHAIN                  ENDPOINTS
      default/np  NodePort  TCP       10.96.0.27:80,:30101  10.1.0.2:30101/TCP     10.244.1.10:80 1/2, 10.244.1.11:80 1/2
      default/np  NodePort  TCP       10.96.0.27:80,:30101  10.96.0.27:80/TCP      10.244.1.10:80 1/3, 10.244.1.11:80 1/3, 10.244.2.10:80 1/3
      default/np  NodePort  TCP       10.96.0.27:80,:30101  192.168.0.2:30101/TCP  10.244.1.10:80 1/2, 10.244.1.11:80 1/2
      "
    `);
    expect((await run(['list', ...manifests(MANY)])).stdout).toMatchInlineSnapshot(`
      "SERVICE                 TYPE          PROTOCOL  ADDRESSES                                              CHAIN                  ENDPOINTS
      default/web-local:http  NodePort      TCP       10.96.0.64:80,:30110                                   10.1.0.2:30110/TCP     10.244.1.10:8080 1
      default/web-local:http  NodePort      TCP       10.96.0.64:80,:30110                                   10.96.0.64:80/TCP      10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      default/web-local:http  NodePort      TCP       10.96.0.64:80,:30110                                   192.168.0.2:30110/TCP  10.244.1.10:8080 1
      default/web:http        LoadBalancer  TCP       10.96.0.63:80,203.0.113.60:80,198.51.100.26:80,:30109  10.1.0.2:30109/TCP     10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      default/web:http        LoadBalancer  TCP       10.96.0.63:80,203.0.113.60:80,198.51.100.26:80,:30109  10.96.0.63:80/TCP      10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      default/web:http        LoadBalancer  TCP       10.96.0.63:80,203.0.113.60:80,198.51.100.26:80,:30109  192.168.0.2:30109/TCP  10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      default/web:http        LoadBalancer  TCP       10.96.0.63:80,203.0.113.60:80,198.51.100.26:80,:30109  198.51.100.26:80/TCP   10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      default/web:http        LoadBalancer  TCP       10.96.0.63:80,203.0.113.60:80,198.51.100.26:80,:30109  203.0.113.60:80/TCP    10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      "
    `);
  });

  it('shows those of a node, by address alone or with the names of manifests', async () => {
    const path = dumps(NODE_PORT);
    expect((await run(['list', '--live', path])).stdout).toMatchInlineSnapshot(`
      "SERVICE  TYPE  PROTOCOL  ADDRESSES      CHAIN                  ENDPOINTS
      ?        ?     TCP       :30101         10.1.0.2:30101/TCP     10.244.1.10:80 1/2, 10.244.1.11:80 1/2
      ?        ?     TCP       :30101         192.168.0.2:30101/TCP  10.244.1.10:80 1/2, 10.244.1.11:80 1/2
      ?        ?     TCP       10.96.0.27:80  10.96.0.27:80/TCP      10.244.1.10:80 1/3, 10.244.1.11:80 1/3, 10.244.2.10:80 1/3
      "
    `);
    const named = await run(['list', '--live', path, ...manifests(NODE_PORT)]);
    expect(named.stdout).toBe((await run(['list', ...manifests(NODE_PORT)])).stdout);
    expect((await run(['list', '--live', dumps(MANY)])).stdout).toMatchInlineSnapshot(`
      "SERVICE  TYPE  PROTOCOL  ADDRESSES         CHAIN                  ENDPOINTS
      ?        ?     TCP       :30109            10.1.0.2:30109/TCP     10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      ?        ?     TCP       :30109            192.168.0.2:30109/TCP  10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      ?        ?     TCP       :30110            10.1.0.2:30110/TCP     10.244.1.10:8080 1
      ?        ?     TCP       :30110            192.168.0.2:30110/TCP  10.244.1.10:8080 1
      ?        ?     TCP       10.96.0.63:80     10.96.0.63:80/TCP      10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      ?        ?     TCP       10.96.0.64:80     10.96.0.64:80/TCP      10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      ?        ?     TCP       198.51.100.26:80  198.51.100.26:80/TCP   10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      ?        ?     TCP       203.0.113.60:80   203.0.113.60:80/TCP    10.244.1.10:8080 by load, 10.244.2.10:8080 by load
      "
    `);
    expect((await run(['list', '--live', dumps(SCTP)])).stdout).toMatchInlineSnapshot(`
      "SERVICE  TYPE  PROTOCOL  ADDRESSES        CHAIN                   ENDPOINTS
      ?        ?     SCTP      :30868           10.1.0.2:30868/SCTP     10.244.2.10:3868 1/2, 10.244.2.11:3868 1/2
      ?        ?     SCTP      :30868           192.168.0.2:30868/SCTP  10.244.2.10:3868 1/2, 10.244.2.11:3868 1/2
      ?        ?     SCTP      10.96.0.24:3868  10.96.0.24:3868/SCTP    10.244.2.10:3868 1/2, 10.244.2.11:3868 1/2
      "
    `);
  });

  it('tells who gets nothing, in each form of output', async () => {
    const path = dumps(NODE_PORT, {
      ipvs: (ipvs) =>
        `${ipvs.replaceAll('-r 10.244.1.10:80 -m -w 1', '-r 10.244.1.10:80 -m -w 0')}\n-A -f 7 -s rr\n-A -t 10.9.9.9:99 -s sh\n-a -t 10.9.9.9:99 -r 10.244.9.9:99 -m -w 1\n-a -t 10.9.9.9:99 -r 10.244.9.8:99 -m -w 0\n`,
    });
    expect((await run(['list', '--live', path, '-o', 'wide'])).stdout).toMatchInlineSnapshot(`
      "SERVICE  TYPE  PROTOCOL  ADDRESSES      CHAIN                  ENDPOINT        SHARE              ENDPOINT CHAIN
      ?        ?     TCP       :30101         10.1.0.2:30101/TCP     10.244.1.10:80  0                  -
      ?        ?     TCP       :30101         10.1.0.2:30101/TCP     10.244.1.11:80  1                  -
      ?        ?     TCP       :30101         192.168.0.2:30101/TCP  10.244.1.10:80  0                  -
      ?        ?     TCP       :30101         192.168.0.2:30101/TCP  10.244.1.11:80  1                  -
      ?        ?     TCP       10.96.0.27:80  10.96.0.27:80/TCP      10.244.1.10:80  0                  -
      ?        ?     TCP       10.96.0.27:80  10.96.0.27:80/TCP      10.244.1.11:80  1/2                -
      ?        ?     TCP       10.96.0.27:80  10.96.0.27:80/TCP      10.244.2.10:80  1/2                -
      ?        ?     TCP       10.9.9.9:99    10.9.9.9:99/TCP        10.244.9.9:99   by client address  -
      ?        ?     TCP       10.9.9.9:99    10.9.9.9:99/TCP        10.244.9.8:99   0                  -
      "
    `);
    expect((await run(['list', '--live', path, '-o', 'json', ...manifests(NODE_PORT)])).stdout)
      .toMatchInlineSnapshot(`
      "{
        "services": [
          {
            "service": "default/np",
            "type": "NodePort",
            "protocol": "TCP",
            "addresses": [
              {
                "kind": "cluster IP",
                "ip": "10.96.0.27",
                "port": 80
              },
              {
                "kind": "node port",
                "ip": null,
                "port": 30101
              }
            ],
            "chains": [
              {
                "name": "10.1.0.2:30101/TCP",
                "role": "virtual server",
                "endpoints": [
                  {
                    "address": "10.244.1.10:80",
                    "chain": null,
                    "share": "0"
                  },
                  {
                    "address": "10.244.1.11:80",
                    "chain": null,
                    "share": "1"
                  }
                ]
              },
              {
                "name": "10.96.0.27:80/TCP",
                "role": "virtual server",
                "endpoints": [
                  {
                    "address": "10.244.1.10:80",
                    "chain": null,
                    "share": "0"
                  },
                  {
                    "address": "10.244.1.11:80",
                    "chain": null,
                    "share": "1/2"
                  },
                  {
                    "address": "10.244.2.10:80",
                    "chain": null,
                    "share": "1/2"
                  }
                ]
              },
              {
                "name": "192.168.0.2:30101/TCP",
                "role": "virtual server",
                "endpoints": [
                  {
                    "address": "10.244.1.10:80",
                    "chain": null,
                    "share": "0"
                  },
                  {
                    "address": "10.244.1.11:80",
                    "chain": null,
                    "share": "1"
                  }
                ]
              }
            ]
          },
          {
            "service": null,
            "type": null,
            "protocol": "TCP",
            "addresses": [
              {
                "kind": "address",
                "ip": "10.9.9.9",
                "port": 99
              }
            ],
            "chains": [
              {
                "name": "10.9.9.9:99/TCP",
                "role": "virtual server",
                "endpoints": [
                  {
                    "address": "10.244.9.9:99",
                    "chain": null,
                    "share": "by client address"
                  },
                  {
                    "address": "10.244.9.8:99",
                    "chain": null,
                    "share": "0"
                  }
                ]
              }
            ]
          }
        ]
      }
      "
    `);
    expect((await run(['list', '--live', path, '-o', 'name', ...manifests(NODE_PORT)])).stdout)
      .toMatchInlineSnapshot(`
      "default/np/TCP
      ?/TCP
      "
    `);
  });

  it('tells whose a virtual server is', async () => {
    const ask = async (...asked: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await run(['list', ...manifests(NODE_PORT), ...asked]);
      return stdout + stderr;
    };
    expect(await ask('10.96.0.27:80')).toMatchInlineSnapshot(`
      "10.96.0.27:80/TCP is a virtual server of default/np (TCP)
      "
    `);
    expect(await ask('192.168.0.2:30101/TCP', '-o', 'json')).toMatchInlineSnapshot(`
      "{
        "chain": "192.168.0.2:30101/TCP",
        "role": "virtual server",
        "present": true,
        "service": "default/np",
        "type": "NodePort",
        "protocol": "TCP",
        "endpoint": null,
        "shares": []
      }
      "
    `);
    expect(await ask('KUBE-NODE-PORT')).toMatchInlineSnapshot(`
      "KUBE-NODE-PORT is shared by all Services
      "
    `);
    expect(await ask('10.96.0.27:81')).toMatchInlineSnapshot(`
      "svc2ipt: error: 10.96.0.27:81: no chain of kube-proxy has this name [chain-unknown]
      "
    `);
    expect(await ask('default/np')).toContain('default/np');
  });

  it('decompile does not go back from it, and says so', async () => {
    const stdin = Object.values(partsOf(NODE_PORT)).join('');
    expect(await run(['decompile', '-'], { stdin })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'svc2ipt: error: what a node of mode ipvs holds names no Service, so that it cannot be decompiled: svc2ipt list shows it [node-other-mode]\n',
    });
  });

  it('graph does not draw it, and says so', async () => {
    expect(await run(['graph', '--live', dumps(NODE_PORT)])).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "svc2ipt: error: this command does not know the dumps of mode ipvs [usage]
      ",
        "stdout": "",
      }
    `);
  });

  it('lists captured nodes as it lists their manifests', async () => {
    const newest = ipvsCaptures().filter(
      ({ version, ipFamily }) => version === '1.36' && ipFamily === 'IPv4',
    );
    let equal = 0;
    for (const { case: name } of sampled(newest, 9)) {
      const { manifests: at, config } = ipvsFolders(name);
      const files = ['-f', at, '--exclude', '*.save', '--config', join(config, 'kube-proxy.yaml'), ...NODE];
      const compiled = await run(['list', ...files, '-o', 'json']);
      const live = await run(['list', '--live', dumps(name), ...files, '-o', 'json']);
      expect(live.code, name).toBe(0);
      expect(chainsOf(live.stdout), name).toEqual(chainsOf(compiled.stdout));
      equal += 1;
    }
    process.stdout.write(`list in mode ipvs: ${equal} captured nodes as their manifests\n`);
  });
});

/** The virtual servers of each service port, in the order of their names. */
function chainsOf(json: string): readonly string[] {
  const { services } = JSON.parse(json) as {
    services: { service: string | null; chains: { name: string }[] }[];
  };
  return services
    .flatMap(({ service, chains }) => chains.map((chain) => `${service ?? '?'} ${JSON.stringify(chain)}`))
    .sort();
}
