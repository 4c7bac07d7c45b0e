import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * A network of hosts, each a network namespace of its own: a client and two pods, all of them behind a node that
 * forwards between them.
 *
 *     client 172.31.0.2 -- 172.31.0.1 node 10.244.1.1 -- pods 10.244.1.10 and 10.244.1.11
 */
export interface Network {
  /** Runs a program on the node. */
  readonly onNode: (program: string, options: readonly string[], input?: string) => string;
  /** Opens so many TCP connections from the client; what the pods that answer saw, or the error codes. */
  readonly connect: (address: string, port: number, count: number) => readonly Answer[];
}

/** Which pod answered, and from which address the connection came; or why there was none. */
export type Answer = { readonly pod: string; readonly from: string } | { readonly error: string };

const PODS = ['10.244.1.10', '10.244.1.11'] as const;
const SERVER = `require('net').createServer((s) => s.end(JSON.stringify({ pod: s.localAddress, from: s.remoteAddress })))
  .listen(8080, '0.0.0.0', () => console.log('listening'));`;
const CLIENT = `const [, address, port, count] = process.argv;
  const connect = () => new Promise((resolve) => {
    const s = require('net').connect({ host: address, port: Number(port), timeout: 1500 });
    const stop = (error) => { resolve({ error }); s.destroy(); };
    s.on('data', (d) => resolve(JSON.parse(d))).on('error', (e) => stop(e.code)).on('timeout', () => stop('TIMEOUT'));
  });
  Promise.all(Array.from({ length: Number(count) }, connect)).then((all) => console.log(JSON.stringify(all)));`;

const execute = (program: string, options: readonly string[], input = ''): string =>
  execFileSync(program, options, { input, encoding: 'utf8', stdio: 'pipe' });

/** Builds the network, calls `body` and takes everything down again. */
export async function withNetwork<T>(body: (network: Network) => T): Promise<T> {
  const tag = randomBytes(4).toString('hex');
  const hosts = ['node', 'client', 'pod0', 'pod1'] as const;
  const nameOf = (host: (typeof hosts)[number]): string => `svc2ipt-${tag}-${host}`;
  const on = (
    host: (typeof hosts)[number],
    program: string,
    options: readonly string[],
    input = '',
  ): string => execute('ip', ['netns', 'exec', nameOf(host), program, ...options], input);
  const servers: ChildProcess[] = [];
  try {
    for (const host of hosts) {
      execute('ip', ['netns', 'add', nameOf(host)]);
      on(host, 'ip', ['link', 'set', 'lo', 'up']);
    }
    for (const counter of ['ct_state_invalid_dropped_pkts', 'localhost_nps_accepted_pkts']) {
      on('node', 'nfacct', ['add', counter]);
    }
    wire(on, nameOf, 'client', '172.31.0.2', '172.31.0.1');
    wire(on, nameOf, 'pod0', PODS[0], '10.244.1.1');
    wire(on, nameOf, 'pod1', PODS[1], '10.244.1.1');
    // Somewhere to send what no Service takes; without a route such packets would not even reach FORWARD.
    on('node', 'ip', ['link', 'add', 'uplink', 'type', 'veth', 'peer', 'name', 'nowhere']);
    on('node', 'ip', ['link', 'set', 'nowhere', 'up']);
    on('node', 'ip', ['link', 'set', 'uplink', 'up']);
    on('node', 'ip', ['route', 'add', 'default', 'dev', 'uplink']);
    on('node', 'sysctl', ['-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.route_localnet=1']);
    for (const pod of ['pod0', 'pod1'] as const) {
      servers.push(await serve(nameOf(pod)));
    }
    return body({
      onNode: (program, options, input) => on('node', program, options, input),
      connect: (address, port, count) =>
        JSON.parse(
          on('client', process.execPath, ['-e', CLIENT, address, String(port), String(count)]),
        ) as Answer[],
    });
  } finally {
    for (const server of servers) server.kill();
    for (const host of hosts) execute('sh', ['-c', `ip netns delete ${nameOf(host)} 2>/dev/null || true`]);
  }
}

/** A cable between a host and the node, an address at each end, and the host's way out by the node. */
function wire<H extends string>(
  on: (host: H | 'node', program: string, options: readonly string[]) => string,
  nameOf: (host: H | 'node') => string,
  host: H,
  address: string,
  gateway: string,
): void {
  const ip = (where: H | 'node', words: string): string => on(where, 'ip', words.split(' '));
  ip('node', `link add to-${host} type veth peer name eth0 netns ${nameOf(host)}`);
  ip('node', `address add ${gateway}/32 dev to-${host}`);
  ip('node', `link set to-${host} up`);
  ip('node', `route add ${address}/32 dev to-${host}`);
  ip(host, `address add ${address}/32 dev eth0`);
  ip(host, 'link set eth0 up');
  ip(host, `route add ${gateway}/32 dev eth0`);
  ip(host, `route add default via ${gateway}`);
}

async function serve(namespace: string): Promise<ChildProcess> {
  const server = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', SERVER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface(server.stdout), 'line');
  return server;
}
