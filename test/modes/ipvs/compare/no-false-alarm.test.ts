/** A node that is as kube-proxy left it gives no difference, whether its settings are given or read off the dump. */
import { afterAll, expect, it } from 'vitest';
import { diff, type Diff } from '../../../../src/diff.ts';
import { type Outcome } from '../../../../src/diagnostics/diagnostic.ts';
import { formatDiagnostic } from '../../../../src/diagnostics/format.ts';
import { type Version } from '../../../../src/dialect/version.ts';
import { type IpvsDump } from '../../../../src/modes/ipvs/dump.ts';
import { readIpvsDump } from '../../../../src/modes/ipvs/read-dump.ts';
import { type CompileRequest } from '../../../../src/compile.ts';
import { ipvsHistoryCases, ipvsHistoryRequest } from '../../../helpers/ipvs-history-cases.ts';
import { capturedParts, type IpvsCapture, ipvsCaptures, ipvsRequest } from '../../../helpers/ipvs-oracle.ts';

/** Cases with much in them; with SVC2IPT_FULL=1 all. */
const SAMPLE = ['08-', '20-', '22-', '26-', '36-', '47-', '52-', '54-', '60-', '80-', 'random-6'];
const captures = ipvsCaptures().filter(
  ({ isShared, case: name }) =>
    process.env['SVC2IPT_FULL'] === '1' || (!isShared && SAMPLE.some((start) => name.startsWith(start))),
);

/** Nothing on the node tells that no address shall serve node ports: this has to be given. */
const HAS_TO_BE_GIVEN = '56-config-nodeport-addresses-loopback';

let tried = 0;
const alarms: string[] = [];

afterAll(() => {
  process.stdout.write(
    `diff of mode ipvs on captures: ${alarms.length} false alarms in ${tried} comparisons\n`,
  );
});

function dumpOf(capture: IpvsCapture): IpvsDump {
  const sources = Object.entries(capturedParts(capture)).map(([name, text]) => ({ name, text }));
  const { value, problems } = readIpvsDump(sources, capture.ipFamily);
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  return value;
}

/** Compares with the settings given, or with those that the dump shows. */
function compare(
  request: CompileRequest,
  dump: IpvsDump,
  asked: Version | 'auto',
): Outcome<Diff<'ipvs'> | undefined> {
  const { config, ...withoutConfig } = request;
  const given = asked === 'auto' ? withoutConfig : { ...withoutConfig, config };
  const flags = asked === 'auto' ? { proxyMode: 'ipvs', hostnameOverride: 'node-1' } : request.flags;
  return diff({ ...given, flags, mode: 'ipvs', version: asked, dump, compare: {} });
}

/** Compares both ways, and expects that nothing is told. */
function expectSilence(request: CompileRequest, dump: IpvsDump, version: Version, name: string): void {
  for (const asked of [version, 'auto'] as const) {
    if (asked === 'auto' && name === HAS_TO_BE_GIVEN) continue;
    tried += 1;
    const { value, problems } = compare(request, dump, asked);
    if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
    const told = value.comparison.differences.map(
      ({ service, message }) => `${service ?? 'node'}: ${message}`,
    );
    for (const each of told) alarms.push(each);
    expect(told).toEqual([]);
    expect(value.versions).toContain(version);
  }
}

it.each(captures.map((capture) => ({ ...capture })))('$case $version $ipFamily', (capture) => {
  const { case: name, version, ipFamily } = capture;
  expectSilence(ipvsRequest(name, version, ipFamily), dumpOf(capture), version, name);
});

/** Those of old releases; with SVC2IPT_FULL=1 all. */
const history = ipvsHistoryCases().filter(
  ({ name }) => process.env['SVC2IPT_FULL'] === '1' || (name !== 'every-kind' && name !== 'ipv6'),
);

it.each(history.map((each) => ({ ...each })))('$name, kube-proxy $version', ({ name, version, text }) => {
  const request = ipvsHistoryRequest(name, version);
  const { value, problems } = readIpvsDump([{ name, text }], request.ipFamily);
  if (value === undefined) throw new Error(problems.map(formatDiagnostic).join('\n'));
  expectSilence(request, value, version, name);
});
