/**
 * A node and its neighbours, each a network namespace of its own: pods on the node, another node, and the world
 * outside. They send first packets of connections, from any address; connection tracking of the node tells what became
 * of each.
 *
 *     outside    -- eth0, eth1       192.168.0.2/24 fd00:192::2/64, 10.1.0.2/24
 *     pods here  -- veth1, veth2, cbr0   10.244.1.0/24 fd00:10:244:1::/64
 *     other node -- flannel.1        10.244.0.0/16 fd00:10:244::/48
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { type Conversation, listen } from './conversation.ts';
import { NFACCT_COUNTERS } from './namespace.ts';
import { NODE_LINK_ADDRESS } from './wire-format.ts';

export interface Hosts {
  /** Runs a program on the node, which must succeed; its standard output. */
  readonly onNode: (program: string, options: readonly string[], input?: string) => Promise<string>;
  /** Sends packets, and tells of each what became of it. */
  readonly ask: Conversation['ask'];
  /** Forgets all connections. */
  readonly forget: () => Promise<void>;
  /** Takes the hosts down. */
  readonly close: () => Promise<void>;
}

export const HOSTS = ['node', 'outside', 'pods', 'other'] as const;
export type Host = (typeof HOSTS)[number];

/**
 * Interfaces of the node: who is behind each, and the addresses and networks there. The first address is the one that
 * MASQUERADE takes; nobody sends from it, so that it shows.
 */
const LINKS: Readonly<
  Record<
    string,
    { readonly host: Host; readonly addresses: readonly string[]; readonly routes: readonly string[] }
  >
> = {
  eth0: {
    host: 'outside',
    addresses: ['172.16.0.254/32', '192.168.0.2/24', 'fd00:192::2/64'],
    routes: ['0.0.0.0/0', '::/0'],
  },
  eth1: { host: 'outside', addresses: ['172.16.1.254/32', '10.1.0.2/24'], routes: [] },
  veth1: {
    host: 'pods',
    addresses: ['10.244.1.254/32', 'fd00:10:244:1::fe/128'],
    routes: ['10.244.1.0/24', 'fd00:10:244:1::/64'],
  },
  veth2: { host: 'pods', addresses: [], routes: [] },
  cbr0: { host: 'pods', addresses: [], routes: [] },
  'flannel.1': {
    host: 'other',
    addresses: ['10.244.1.253/32', 'fd00:10:244:1::fd/128'],
    routes: ['10.244.0.0/16', 'fd00:10:244::/48'],
  },
};

/** Marks connections of the node with itself that rules of INPUT let pass; see {@link Conversation}. */
export const WITNESS =
  'table inet witness { chain input { type filter hook input priority 200; iifname "lo" ct state new ct mark set 1; }; }';

const SYSCTLS = [
  'net.ipv4.ip_forward=1',
  'net.ipv4.conf.all.route_localnet=1',
  // Clients send from all interfaces, whatever the way back is.
  'net.ipv4.conf.all.rp_filter=0',
  'net.ipv4.conf.default.rp_filter=0',
  'net.ipv4.conf.all.send_redirects=0',
  'net.ipv4.conf.default.send_redirects=0',
  'net.ipv6.conf.all.forwarding=1',
  'net.ipv6.conf.default.accept_dad=0',
  'net.ipv6.conf.default.addr_gen_mode=1',
  // Every rejected packet is told of.
  'net.ipv4.icmp_ratemask=0',
  'net.ipv6.icmp.ratelimit=0',
  // Type 3 alone counts towards what the kernel sends at most: "destination unreachable" is type 1.
  'net.ipv6.icmp.ratemask=3',
];

const execute = promisify(execFile);

async function run(program: string, options: readonly string[], input = ''): Promise<string> {
  const running = execute(program, options, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  running.child.stdin?.on('error', () => undefined).end(input);
  return (await running).stdout;
}

/** Builds the hosts. */
export async function buildHosts(): Promise<Hosts> {
  const tag = randomBytes(4).toString('hex');
  const nameOf = (host: Host): string => `svc2ipt-${tag}-${host}`;
  let conversation: Conversation | undefined;
  const close = async (): Promise<void> => {
    conversation?.stop();
    await Promise.all(
      HOSTS.map((host) => run('ip', ['netns', 'delete', nameOf(host)]).catch(() => undefined)),
    );
  };
  const onNode: Hosts['onNode'] = (program, options, input) =>
    run('ip', ['netns', 'exec', nameOf('node'), program, ...options], input);
  try {
    await run('ip', ['-batch', '-'], HOSTS.map((host) => `netns add ${nameOf(host)}\n`).join(''));
    await onNode('sysctl', ['-qw', ...SYSCTLS]);
    await run('ip', ['-n', nameOf('node'), '-batch', '-'], wiring(nameOf));
    for (const host of HOSTS.slice(1)) {
      const inside = ['netns', 'exec', nameOf(host)];
      await run('ip', [...inside, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1']);
      await run('ip', [...inside, 'ip', '-batch', '-'], linksUp(host));
    }
    await onNode('nft', ['-f', '-'], WITNESS);
    for (const counter of NFACCT_COUNTERS) await onNode('nfacct', ['add', counter]);
    conversation = await listen(
      HOSTS.map((host) => ({ host, namespace: nameOf(host) })),
      hostBehind,
    );
    return {
      onNode,
      ask: conversation.ask,
      forget: async () => {
        await onNode('conntrack', ['-F']);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Who sends what the node gets by an interface. */
function hostBehind(inInterface: string | undefined): Host {
  const host = inInterface === undefined ? 'node' : LINKS[inInterface]?.host;
  if (host === undefined) throw new Error(`the node has no interface ${inInterface}`);
  return host;
}

/** Commands of `ip` on the node. */
function wiring(nameOf: (host: Host) => string): string {
  const commands = ['link set lo up'];
  for (const [name, { host, addresses, routes }] of Object.entries(LINKS)) {
    commands.push(
      `link add ${name} address ${NODE_LINK_ADDRESS} type veth peer name ${name} netns ${nameOf(host)}`,
      // Without ARP: packets leave at once, nobody has to answer.
      `link set ${name} arp off up`,
      ...addresses.map(
        (address) => `address add ${address} dev ${name}${address.includes(':') ? ' nodad' : ''}`,
      ),
      ...routes.map((network) => `route add ${network} dev ${name}`),
    );
  }
  return `${commands.join('\n')}\n`;
}

const linksUp = (host: Host): string =>
  Object.entries(LINKS)
    .filter(([, link]) => link.host === host)
    .map(([name]) => `link set ${name} up\n`)
    .join('');
