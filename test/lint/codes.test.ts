import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FINDING_CODES, type FindingCode } from '../../src/diagnostics/lint-codes.ts';
import { NEWEST } from '../../src/dialect/version.ts';
import { type ModeSwitch } from '../../src/lint/input.ts';
import { lint } from '../../src/lint/lint.ts';
import { formatText } from '../../src/lint/text.ts';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURES = join(ROOT, 'fixtures/lint');

/** What ends with mode nftables, for each code one thing, so that nothing else is told. */
const NOTHING_ENDS: ModeSwitch = {
  from: 'iptables',
  endsOnLocalhost: new Set(),
  endsOnOtherAddresses: false,
  rejectsUnknownPorts: false,
};
const TCP_AND_UDP: ModeSwitch = { ...NOTHING_ENDS, endsOnLocalhost: new Set(['TCP', 'UDP']) };
const SWITCHES: Readonly<Partial<Record<FindingCode, ModeSwitch>>> = {
  'node-port-localhost-ends': TCP_AND_UDP,
  'node-port-localhost-used': TCP_AND_UDP,
  'node-port-primary-only': { ...NOTHING_ENDS, endsOnOtherAddresses: true },
  'health-check-node-port-closed': NOTHING_ENDS,
  'cluster-ip-port-rejected': { ...NOTHING_ENDS, rejectsUnknownPorts: true },
  'service-name-too-long': { ...NOTHING_ENDS, longestName: 128 },
};

/** What else the node ports of a fixture bring. */
const BESIDE: ReadonlySet<FindingCode> = new Set(['node-port-localhost-ends']);

/** The text report on one fixture; what it cannot read fails the test. */
function report(code: string, file: string, strict = false): string {
  const text = readFileSync(join(FIXTURES, code, file), 'utf8');
  // Ingresses of old are read as well, which would be told of themselves.
  const version = code === 'removed-api' ? NEWEST : '1.21';
  const modeSwitch = SWITCHES[code as FindingCode];
  const disable = code === 'node-port-localhost-used' ? BESIDE : undefined;
  const { value, problems } = lint([{ name: file, text }], { strict, version, modeSwitch, disable });
  expect(problems).toEqual([]);
  return formatText(value.findings);
}

describe.each(FINDING_CODES)('%s', (code) => {
  it('is told of what no one wants, and nothing else is', () => {
    const expected = readFileSync(join(FIXTURES, code, 'expected.txt'), 'utf8');
    expect(report(code, 'bad.yaml')).toBe(expected);
    const told = new Set(expected.split('\n').flatMap((line) => /\[([a-z-]+)\]$/.exec(line)?.[1] ?? []));
    expect([...told]).toEqual([code]);
  });

  it('is not told of what is as it should be', () => {
    expect(report(code, 'good.yaml')).toBe('');
  });
});

describe('the codes', () => {
  it('have a fixture each, and none has been left behind', () => {
    expect(readdirSync(FIXTURES).sort()).toEqual(FINDING_CODES.toSorted());
  });

  it('are unique and in kebab-case', () => {
    expect(FINDING_CODES.filter((code) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([]);
  });
});

describe('--strict', () => {
  it('makes unknown fields errors', () => {
    const expected = readFileSync(join(FIXTURES, 'unknown-field/expected.txt'), 'utf8');
    expect(report('unknown-field', 'bad.yaml', true)).toBe(expected.replace('warning:', 'error:'));
  });
});
