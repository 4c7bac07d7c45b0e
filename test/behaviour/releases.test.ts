/**
 * Captured releases of a case are compared with each other by what becomes of packets. Every difference has a cause
 * that is known: a change of kube-proxy, or of kubelet, that came between the two releases.
 */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { type PacketClass } from '../../src/behaviour/classes.ts';
import { compareBehaviour } from '../../src/behaviour/compare-behaviour.ts';
import { rankOf, type Version } from '../../src/dialect/version.ts';
import { type PacketOutcome } from '../../src/packets/outcome.ts';
import { type TracedNode } from '../../src/trace/node.ts';
import { type Capture, captures } from '../helpers/oracle.ts';
import { groupBy } from '../../src/text/groups.ts';
import { captureNode } from './capture-node.ts';
import { CAUSES } from './release-causes.ts';

const FULL = process.env['SVC2IPT_FULL'] === '1';
/** A case in so many is compared when not all are. */
const SAMPLE = 9;

const VERDICTS = { DNAT: 'sent', ACCEPT: 'let through', DROP: 'dropped', REJECT: 'rejected' } as const;

const fateOf = (endings: PacketClass['expected']): string =>
  [...new Set(endings.map(({ outcome }) => wordsOf(outcome)))].sort().join(' or ');

const wordsOf = ({ verdict, masquerade, assumptions }: PacketOutcome): string =>
  [VERDICTS[verdict], masquerade ? ' masqueraded' : '', assumptions.length > 0 ? ' if' : ''].join('');

/** `node port: rejected -> dropped`: the kind of address, and what becomes of packets there. */
function shapeOf({ service, to, expected, actual }: PacketClass, nodes: readonly TracedNode[]): string {
  const [before, now] = [fateOf(expected), fateOf(actual)];
  return `${placeOf(service, to[0] ?? '', nodes)}: ${before === now ? 'other shares' : `${before} -> ${now}`}`;
}

function placeOf(service: string | undefined, to: string, nodes: readonly TracedNode[]): string {
  if (to.startsWith('node port')) return 'node port';
  if (service === undefined)
    return /^(?:addresses such as )?(?:127\.|::1)/.test(to) ? 'loopback' : 'elsewhere';
  const [, address, port] = /^\[?([\da-f.:]+?)\]?:(\d+)\/\w+$/.exec(to) ?? [];
  const portal = nodes
    .flatMap(({ portals }) => portals)
    .find((candidate) => candidate.address === address && String(candidate.port) === port);
  return portal?.kind ?? to;
}

interface Step {
  readonly before: Capture;
  readonly now: Capture;
}

/** Captures of one case and family that follow each other and are not the same text. */
function stepsOf(all: readonly Capture[]): readonly Step[] {
  const sorted = all.toSorted((a, b) => rankOf(a.version) - rankOf(b.version));
  return sorted.slice(1).flatMap((now, at) => {
    const before = sorted[at];
    return before === undefined || before.file === now.file ? [] : [{ before, now }];
  });
}

const cases = groupBy(captures(), ({ case: name, ipFamily }) => `${name} ${ipFamily}`);
const nodes = new Map<string, TracedNode>();
const nodeOf = ({ file, ipFamily }: Capture): TracedNode => {
  const node = nodes.get(file) ?? captureNode(readFileSync(file, 'utf8'), ipFamily);
  nodes.set(file, node);
  return node;
};

const isBetween = (since: Version, { before, now }: Step): boolean =>
  rankOf(before.version) < rankOf(since) && rankOf(since) <= rankOf(now.version);

const score = { steps: 0, same: 0, differences: 0 };
const seen = new Set<string>();
afterAll(() => {
  const { steps, same, differences } = score;
  process.stdout.write(
    `behaviour of releases: ${steps} compared, ${same} the same, ${differences} differences\n`,
  );
});

describe('from release to release', () => {
  const chosen = [...cases].filter((_each, at) => FULL || at % SAMPLE === 4);

  it.each(chosen)('%s: every difference has a known cause', async (_name, all) => {
    const unknown: string[] = [];
    for (const step of stepsOf(all)) {
      await setImmediate();
      const sides = [nodeOf(step.before), nodeOf(step.now)] as const;
      const { classes } = compareBehaviour(...sides);
      const shapes = new Set(classes.map((each) => shapeOf(each, sides)));
      score.steps += 1;
      score.differences += classes.length;
      if (classes.length === 0) score.same += 1;
      const causes = CAUSES.filter(({ since }) => isBetween(since, step));
      for (const { since, differences } of causes)
        for (const shape of differences) if (shapes.has(shape)) seen.add(`${since} ${shape}`);
      const known = new Set(causes.flatMap(({ differences }) => differences));
      const about = `${step.before.version} to ${step.now.version}: `;
      for (const shape of shapes) if (!known.has(shape)) unknown.push(about + shape);
    }
    expect(unknown).toEqual([]);
  });

  it.runIf(FULL)('every cause shows', () => {
    const all = CAUSES.flatMap(({ since, differences }) => differences.map((shape) => `${since} ${shape}`));
    expect(all.filter((each) => !seen.has(each))).toEqual([]);
  });
});
