/**
 * Every captured case: what a dump is decompiled to, printed and compiled again with the release that was recognised,
 * is the dump. In `npm test` each case once, its version rotating; all captures with SVC2IPT_FULL=1.
 */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER_OPTIONS } from '../../src/cluster/options.ts';
import { compile } from '../../src/compile.ts';
import { decompile } from '../../src/decompile/decompile.ts';
import { printConfiguration, printManifests } from '../../src/decompile/print.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { canonicalOrder } from '../helpers/canonical-order.ts';
import { type Capture, captures, oracleCases } from '../helpers/oracle.ts';
import { rulesOf } from '../helpers/rules.ts';

const tally = { tried: 0, equal: 0 };
afterAll(() => {
  process.stdout.write(`decompile round trip: ${tally.equal} equal / ${tally.tried} tried\n`);
});

const chosen = oracleCases().flatMap((name, at): readonly Capture[] => {
  const all = captures([name]);
  return process.env['SVC2IPT_FULL'] === '1' ? all : all.slice((at * 7) % all.length).slice(0, 1);
});

describe('a dump, decompiled and compiled again, is the same', () => {
  it.each(chosen.map((capture): Capture => ({ ...capture })))('$case $version $ipFamily', (capture) => {
    const text = readFileSync(capture.file, 'utf8');
    const { again, unexplained } = roundTrip(text, capture);
    tally.tried += 1;
    expect(unexplained).toEqual([]);
    expect(again).toBe(canonicalOrder(text));
    tally.equal += 1;
  });
});

function roundTrip(
  text: string,
  { file, ipFamily }: Capture,
): { readonly again: string; readonly unexplained: readonly string[] } {
  const dump = readDump({ name: file, text }, ipFamily).value;
  const { value } =
    dump === undefined
      ? { value: dump }
      : decompile('iptables', dump, { nodeName: 'this-node', names: new Map() });
  if (value === undefined) throw new Error(`${file} is not understood`);
  const compiled = compile({
    sources: [
      { name: 'services.yaml', text: printManifests(value, { dump: file, config: 'kube-proxy.yaml' }) },
    ],
    config: { name: 'kube-proxy.yaml', text: printConfiguration(value) },
    flags: value.flags,
    version: value.version,
    ipFamily,
    strict: true,
    cluster: DEFAULT_CLUSTER_OPTIONS,
  });
  if (compiled.value === undefined) throw new Error(compiled.problems.map(formatDiagnostic).join('\n'));
  return {
    again: canonicalOrder(printSave(rulesOf(compiled.value))),
    unexplained: value.unexplained.map(formatDiagnostic),
  };
}
