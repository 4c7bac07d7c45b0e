/** Asks a node of the tests what becomes of packets: sends them, and reads connection tracking and ICMP errors. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { type Protocol } from '../../src/trace/portal.ts';
import { NODE_ADDRESSES } from '../trace/model-packets.ts';
import { connectionKey, type FirstPacket, frameOf, packetOf, unreachablePort } from './wire-format.ts';

/** A question to the kernel: what becomes of a packet? */
export interface Probe {
  readonly protocol: Protocol;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  /** Undefined: a process of the node sends it. */
  readonly inInterface: string | undefined;
  /** The node has the destination beside its usual addresses. */
  readonly isToNode?: boolean;
}

/** What the kernel did. `rewritten`: it does not have the source that it was sent from. */
export type Answer =
  | { readonly verdict: 'SENT'; readonly address: string; readonly port: number; readonly rewritten: boolean }
  | { readonly verdict: 'REJECT' | 'DROP' };

export interface Conversation {
  /** Sends the packets, each from a port of its own; the answers in the same order. Needs rules that track connections. */
  readonly ask: (probes: readonly Probe[]) => Promise<readonly Answer[]>;
  readonly stop: () => void;
}

/**
 * Packets that the node answers by itself: once both connection tracking and the sender have heard of one, they have
 * heard of all that the host sent before.
 */
const MARKERS: ReadonlyMap<string, Omit<Probe, 'protocol' | 'destination' | 'port'>> = new Map([
  ['node', { source: '192.168.0.2', inInterface: undefined }],
  ['outside', { source: '203.0.113.200', inInterface: 'eth0' }],
  ['pods', { source: '10.244.1.200', inInterface: 'veth1' }],
  ['other', { source: '10.244.2.200', inInterface: 'flannel.1' }],
]);
/** Addresses of the node that packets are sent to. */
const OWN: ReadonlySet<string> = new Set(NODE_ADDRESSES);
const CLOSED_PORT = { protocol: 'UDP', destination: '192.168.0.2', port: 9 } as const;

/** Milliseconds until a marker is sent again, and until the test gives up. */
const PATIENCE = 250;
const MOST_PATIENCE = 30_000;

/** Packets that are sent at a time: so few that no queue of the kernel runs over. */
const BATCH = 100;

/** What was heard so far, by {@link connectionKey}. */
interface Heard {
  readonly sent: Map<string, Answer>;
  /** What came by the loopback interface and passed all rules of INPUT. */
  readonly arrived: Set<string>;
  readonly rejected: Set<string>;
}

interface Sender {
  readonly host: string;
  readonly child: ChildProcessWithoutNullStreams;
}

/** Starts to listen: in the namespace of each host, and on the node (the first of `hosts`) to connection tracking. */
export async function listen(
  hosts: readonly { readonly host: string; readonly namespace: string }[],
  hostBehind: (inInterface: string | undefined) => string,
): Promise<Conversation> {
  const heard: Heard = { sent: new Map(), arrived: new Set(), rejected: new Set() };
  const senders: Sender[] = [];
  const [node] = hosts;
  if (node === undefined) throw new Error('there are no hosts');
  const tracking = inside(node.namespace, 'conntrack', ['-E', '-e', 'NEW,UPDATES', '-b', '33554432']);
  createInterface(tracking.stdout).on('line', (line) => {
    noteConnection(line, heard);
  });
  for (const { host, namespace } of hosts) {
    const script = join(import.meta.dirname, 'raw-packets.pl');
    const child = inside(namespace, 'perl', [script, ...(host === node.host ? ['lo'] : [])]);
    const lines = createInterface(child.stdout);
    await once(lines, 'line');
    lines.on('line', (line) => {
      const key = unreachablePort(Buffer.from(line, 'hex'));
      if (key !== undefined) heard.rejected.add(key);
    });
    senders.push({ host, child });
  }
  const stop = (): void => {
    for (const child of [tracking, ...senders.map((sender) => sender.child)]) child.kill();
  };
  return { ask: asker(heard, senders, hostBehind), stop };
}

const inside = (
  namespace: string,
  program: string,
  options: readonly string[],
): ChildProcessWithoutNullStreams => {
  const child = spawn('ip', ['netns', 'exec', namespace, program, ...options]);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)));
  child.on('exit', (code) => {
    if (code !== null && code !== 0) process.stderr.write(`${program} ended with ${code}: ${said}\n`);
  });
  return child;
};

/** `[NEW] udp 17 30 src=A dst=B sport=C dport=D [UNREPLIED] src=E dst=F sport=G dport=H`: sent by A, answered by E. */
const CONNECTION =
  /^\s*\[(NEW|UPDATE)\]\s+(\w+)\s.*?src=(\S+) dst=\S+ sport=(\d+) dport=\d+ .*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)(.* mark=1\b)?/;

function noteConnection(line: string, { sent, arrived }: Heard): void {
  const [, event, protocol = '', source = '', port = '', address = '', back = '', from = '', to = '', mark] =
    CONNECTION.exec(line) ?? [];
  const key = connectionKey(protocol, source, port);
  if (mark !== undefined) arrived.add(key);
  if (event !== 'NEW') return;
  const rewritten = source !== back || port !== to;
  sent.set(key, { verdict: 'SENT', address, port: Number(from), rewritten });
}

function asker(
  heard: Heard,
  senders: readonly Sender[],
  hostBehind: (inInterface: string | undefined) => string,
): Conversation['ask'] {
  const ports = new Map<string, number>();
  const addressed = (probe: Probe): FirstPacket & Probe => {
    const key = `${probe.protocol} ${probe.source}`;
    const next = ports.get(key) ?? 2000;
    ports.set(key, next < 64_000 ? next + 1 : 2000);
    const packet = { ...probe, destinationPort: probe.port, sourcePort: next };
    heard.sent.delete(keyOf(packet));
    heard.arrived.delete(keyOf(packet));
    heard.rejected.delete(keyOf(packet));
    return packet;
  };
  const send = (sender: Sender, packets: readonly (FirstPacket & Probe)[]): void => {
    sender.child.stdin.write(packets.map(lineOf).join(''));
  };
  const sendAll = async (packets: readonly (FirstPacket & Probe)[]): Promise<void> => {
    for (const sender of senders) {
      const own = packets.filter(({ inInterface }) => hostBehind(inInterface) === sender.host);
      for (let at = 0; at <= own.length; at += BATCH) {
        send(sender, own.slice(at, at + BATCH));
        await untilHeard(sender, heard, () => {
          const marker = addressed(markerOf(sender.host));
          send(sender, [marker]);
          return keyOf(marker);
        });
      }
    }
  };
  return async (probes) => {
    const packets = probes.map(addressed);
    await sendAll(packets);
    // Silence may be a packet or an answer that was lost: only a second silence is an answer. From another port: the
    // first packet may have made a connection.
    const again = packets.map((packet) =>
      answerTo(packet, heard).verdict === 'DROP' ? addressed(packet) : packet,
    );
    await sendAll(again.filter((packet, at) => packet !== packets[at]));
    return again.map((packet) => answerTo(packet, heard));
  };
}

/** Sends markers until the answers to one have come. */
async function untilHeard({ host }: Sender, { sent, rejected }: Heard, mark: () => string): Promise<void> {
  for (let waited = 0; waited < MOST_PATIENCE; waited += PATIENCE) {
    const key = mark();
    for (let spent = 0; spent < PATIENCE; spent += 1) {
      if (sent.has(key) && rejected.has(key)) return;
      await pause(1);
    }
  }
  throw new Error(`the node answers nothing that host ${host} sends`);
}

function markerOf(host: string): Probe {
  const source = MARKERS.get(host);
  if (source === undefined) throw new Error(`no marker for host ${host}`);
  return { ...CLOSED_PORT, ...source };
}

const keyOf = ({ protocol, source, sourcePort }: FirstPacket): string =>
  connectionKey(protocol, source, sourcePort);

function lineOf(packet: FirstPacket & Probe): string {
  const { inInterface } = packet;
  if (inInterface === undefined) return `local ${packetOf(packet).toString('hex')}\n`;
  return `${inInterface} ${frameOf(packet).toString('hex')}\n`;
}

/** A connection of the node with itself is known before INPUT has seen it: rules there may still stop it. */
function answerTo(packet: FirstPacket & Probe, { sent, arrived, rejected }: Heard): Answer {
  const key = keyOf(packet);
  const answer = sent.get(key);
  const isToItself =
    answer?.verdict === 'SENT' &&
    packet.inInterface === undefined &&
    (packet.isToNode === true || isOwnAddress(answer.address));
  if (answer !== undefined && (!isToItself || arrived.has(key))) return answer;
  return { verdict: rejected.has(key) ? 'REJECT' : 'DROP' };
}

const isOwnAddress = (address: string): boolean => /^127\.|^::1$/.test(address) || OWN.has(address);
