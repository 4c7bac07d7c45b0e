import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../src/compile.ts';
import { VERSIONS } from '../src/dialect/version.ts';
import { formatDiagnostic } from '../src/diagnostics/format.ts';
import { canonicalOrder } from './helpers/canonical-order.ts';
import { captures, compileCase, oracleCases, oracleRequest, refusals } from './helpers/oracle.ts';

const tally = { tried: 0, equal: 0 };
afterAll(() => {
  process.stdout.write(`oracle: ${tally.equal} equal / ${tally.tried} tried\n`);
});

describe.each(oracleCases())('what kube-proxy wrote for %s', (name) => {
  it.each(captures([name]).map((capture) => ({ ...capture })))('$version $ipFamily', (capture) => {
    tally.tried += 1;
    const compiled = canonicalOrder(compileCase(name, capture.version, capture.ipFamily));
    expect(compiled).toBe(canonicalOrder(readFileSync(capture.file, 'utf8')));
    tally.equal += 1;
  });

  const refused = refusals(name);
  if (Object.keys(refused).length === 0) return;
  it('is refused in the words of the releases that refuse it', () => {
    for (const [label, words] of Object.entries(refused)) {
      const version = VERSIONS.find((known) => known === label);
      if (version === undefined) throw new Error(`no release ${label}`);
      const { value, problems } = compile(oracleRequest(name, version, 'IPv4'));
      expect(value, label).toBeUndefined();
      const said = problems.map(formatDiagnostic).join('\n').replaceAll('\\', '');
      // The field names and the reason; how kube-proxy's logger quotes them is its own business.
      const reason = words.replaceAll('\\', '').split(': ').at(-1)?.replace(/"$/, '') ?? '';
      expect(said, label).toContain(reason);
    }
  });
});
