/** What is built in mode ipvs is what real kube-proxy made, part by part. */
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../../src/compile.ts';
import { IPVS } from '../../../src/modes/ipvs/mode.ts';
import { IPVS_PARTS } from '../../../src/modes/ipvs/parts.ts';
import { type Version } from '../../../src/dialect/version.ts';
import {
  canonicalRules,
  capturedParts,
  compileIpvs,
  ipvsCaptures,
  ipvsCases,
  ipvsRefusals,
  ipvsRequest,
  sortedLines,
} from '../../helpers/ipvs-oracle.ts';
import { joinPieces } from '../../../src/text/pieces.ts';

/** Every release with SVC2IPT_FULL=1; else, of releases that made the same, the last. */
const captures = ipvsCaptures().filter(({ isShared }) => process.env['SVC2IPT_FULL'] === '1' || !isShared);
const tally = new Map<string, { equal: number; tried: number }>();

afterAll(() => {
  const lines = [...tally].sort().map(([what, { equal, tried }]) => `  ${what}: ${equal} / ${tried}\n`);
  process.stdout.write(`oracle of mode ipvs, equal / tried:\n${lines.join('')}`);
});

function count(what: string): { equal: number; tried: number } {
  const known = tally.get(what) ?? { equal: 0, tried: 0 };
  tally.set(what, known);
  return known;
}

/** What of a part's order means nothing. */
const CANONICAL: Readonly<Record<string, (text: string) => string>> = {
  iptables: canonicalRules,
  ipset: (text) => text,
  ipvs: sortedLines,
  addresses: sortedLines,
};

/** What kube-proxy said, without the words of its logger and without the Go name of the field. */
const refusalIn = (said: string): string =>
  String(JSON.parse(said.replace(/^"command failed" err=/, ''))).replace(/^failed validate: \S+: /, '');

describe.each(ipvsCases())('what kube-proxy made for %s', (name) => {
  const own = captures.filter((capture) => capture.case === name);

  it.each(own.map((capture) => ({ ...capture })))('$version $ipFamily', (capture) => {
    const expected = capturedParts(capture);
    const model = compileIpvs(name, capture.version, capture.ipFamily);
    for (const part of IPVS_PARTS) {
      const counted = count(`${part} ${capture.version} ${capture.ipFamily}`);
      counted.tried += 1;
      const printed = CANONICAL[part]?.(joinPieces(IPVS.print(model, { parts: [part] })));
      expect(printed).toBe(expected[part]);
      counted.equal += 1;
    }
  });

  it.each(Object.entries(ipvsRefusals(name)))('%s refused it', (version, words) => {
    const { value, problems } = compile(ipvsRequest(name, version as Version, 'IPv4'));
    expect(value).toBeUndefined();
    expect(problems.map(({ message }) => message.replace(/ \(.*\)$/, ''))).toEqual([refusalIn(words)]);
  });
});
