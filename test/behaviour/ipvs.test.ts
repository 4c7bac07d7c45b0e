/**
 * Behaviour of captured nodes in mode ipvs: the same as that of their manifests; and with one line of one part less, or
 * another weight or scheduler, different exactly when a packet fares otherwise.
 */
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { compareBehaviour } from '../../src/behaviour/compare-behaviour.ts';
import { examiner } from '../../src/behaviour/chain-classes.ts';
import { textBehaviour } from '../../src/behaviour/text.ts';
import { compile } from '../../src/compile.ts';
import { compiledNodeWith } from '../../src/trace/foreign-rules.ts';
import { type TracedNode } from '../../src/trace/node.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { addressNumber } from '../../src/text/ip-number.ts';
import { sampled } from '../helpers/diff-oracle.ts';
import {
  capturedDump,
  capturedNode,
  capturedParts,
  type IpvsCapture,
  ipvsCaptures,
  ipvsRequest,
} from '../helpers/ipvs-oracle.ts';
import { type Random, seeded } from '../helpers/random.ts';
import { OWN } from './capture-node.ts';
import { fateOf, isPossible, namedAs, type Pieces, somePacket } from './concrete-packets.ts';

const score = { silent: 0, found: 0, same: 0, packets: 0 };
afterAll(() => {
  process.stdout.write(
    `behaviour in mode ipvs: ${score.silent} captures like their manifests; of mutants ${score.found} different, ${score.same} the same by ${score.packets} packets\n`,
  );
});

const told = (one: TracedNode, other: TracedNode): string => {
  const { classes, broken } = compareBehaviour(one, other);
  return broken ?? textBehaviour(classes);
};
const SILENT = 'the same becomes of every packet\n';

describe('a captured node', () => {
  it('behaves as its manifests say, and as itself', async () => {
    for (const capture of sampled(ipvsCaptures(), 7)) {
      await setImmediate();
      const dumped = capturedNode(capture, OWN);
      const { value } = compile(ipvsRequest(capture.case, capture.version, capture.ipFamily));
      if (value === undefined) throw new Error(`${capture.case} does not compile`);
      const live = { mode: 'ipvs', family: capture.ipFamily, dump: capturedDump(capture) } as const;
      const about = `${capture.case} ${capture.version} ${capture.ipFamily}`;
      expect(told(compiledNodeWith(value, live), dumped), about).toBe(SILENT);
      expect(told(dumped, capturedNode(capture, OWN)), about).toBe(SILENT);
      score.silent += 1;
    }
  }, 600_000);
});

type Parts = Readonly<Record<string, string>>;

/** Takes one line of a part away, or changes it. Undefined when the part has no such line. */
function mutated(
  parts: Parts,
  random: Random,
): { readonly parts: Parts; readonly about: string } | undefined {
  const names = ['ipvs', 'ipvs', 'ipset', 'ipset', 'addresses', 'iptables'];
  const part = names[random.below(names.length)] ?? 'ipvs';
  const lines = (parts[part] ?? '').split('\n');
  const some = lines.flatMap((line, at) => (/^(?:-a |-A |add |inet)/.test(line) ? [at] : []));
  const at = some[random.below(some.length)];
  if (at === undefined) return undefined;
  const line = lines[at] ?? '';
  const server = /^-A (\S+ \S+) -s/.exec(line)?.[1];
  const change = random.below(3);
  const changed =
    part === 'ipvs' && change === 0
      ? lines.with(at, line.replace(/ -w 1$/, ' -w 0').replace(/ -s \w+/, ' -s lc'))
      : lines.filter(
          (other, index) =>
            index !== at && !(part === 'ipvs' && server !== undefined && other.includes(` ${server} `)),
        );
  return {
    parts: { ...parts, [part]: changed.join('\n') },
    about: `${part} ${change === 0 ? 'changed' : 'without'}: ${line}`,
  };
}

/** Every address and port that the parts name. */
function piecesOf(parts: Parts, family: IpFamily): Pieces {
  const text = Object.values(parts).join('\n');
  const form =
    family === 'IPv4' ? /\b\d+\.\d+\.\d+\.\d+\b/g : /(?<![\w:])[\da-f]*:[\da-f:]+:[\da-f]+(?![\w:])/g;
  const named = [...text.matchAll(form)].map(([ip]) => ip);
  const usual = family === 'IPv4' ? ['203.0.113.10', '127.0.0.1'] : ['2001:db8::10', '::1'];
  const own = OWN.filter((ip) => ip.includes(':') === (family === 'IPv6'));
  const addresses = [...new Set([...usual, ...own, ...named].map(addressNumber))];
  const ports = [...text.matchAll(/(?:tcp:|udp:|sctp:|PORT\S* |:)(\d{2,5})\b/g)].map(([, port = '']) =>
    BigInt(port),
  );
  return {
    family,
    sources: addresses,
    destinations: addresses,
    ports: [...new Set([7n, ...ports])].filter((port) => port < 65536n),
    interfaces: ['eth0', 'cbr0', 'veth1'],
    lists: [],
  };
}

const MUTANTS = 3;
const PACKETS = 300;

describe('a change of one line', () => {
  it('is found exactly when it matters to a packet', async () => {
    const wrong: string[] = [];
    const serving = ipvsCaptures().filter(
      (capture) => capture.version === '1.36' && capturedParts(capture)['ipvs']?.includes('-r ') === true,
    );
    for (const [seed, capture] of sampled(serving, 5).entries()) {
      await setImmediate();
      examine(capture, seeded(seed), wrong);
    }
    expect(wrong).toEqual([]);
  }, 600_000);
});

function examine(capture: IpvsCapture, random: Random, wrong: string[]): void {
  const original = capturedNode(capture, OWN);
  for (let turn = 0; turn < MUTANTS; turn += 1) {
    let about = '';
    let pieces: Pieces | undefined;
    const changed = capturedNode(capture, OWN, (parts) => {
      const mutant = mutated(parts, random);
      about = `${capture.case} ${capture.ipFamily}: ${mutant?.about ?? 'nothing'}`;
      pieces = piecesOf(parts, capture.ipFamily);
      return mutant?.parts ?? parts;
    });
    const { classes } = compareBehaviour(original, changed);
    const one = examiner()(original.program).scan;
    const other = examiner()(changed.program).scan;
    const tested = new Set([...one.tested].filter((list) => other.tested.has(list)));
    for (const { example } of classes) {
      const { box } = example.packet;
      const before = fateOf(original.program, namedAs(one, other, box), tested);
      const now = fateOf(changed.program, namedAs(other, one, box), tested);
      if (before === now) wrong.push(`${about}: no difference in ${before}`);
    }
    if (classes.length > 0) score.found += 1;
    else score.same += 1;
    for (let at = 0; classes.length === 0 && pieces !== undefined && at < PACKETS; at += 1) {
      const packet = somePacket(pieces, random);
      if (!isPossible(packet, original.program, []) || !isPossible(packet, changed.program, [])) continue;
      score.packets += 1;
      const before = fateOf(original.program, packet, tested);
      const now = fateOf(changed.program, packet, tested);
      if (before !== now) wrong.push(`${about}: not found: ${before} | ${now}`);
    }
  }
}
