import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { readYaml } from '../../../src/manifest/yaml/read-yaml.ts';

function read(text: string): unknown {
  const { value, problems } = readYaml({ name: 'F', text });
  return problems.length > 0 ? problems.map(formatDiagnostic) : value[0]?.value;
}

const words = (text: string): string[] => text.split(' ');

/** What sigs.k8s.io/yaml 1.3.0 with go-yaml v2.4.0 makes of them, each tried. */
const VALUES: readonly (readonly [readonly string[], unknown])[] = [
  [words('true True TRUE yes Yes YES y Y on On ON'), true],
  [words('false False FALSE no No NO n N off Off OFF'), false],
  [['', '~', 'null', 'Null', 'NULL'], null],
  [words('0 -0 +0 00 0x0'), 0],
  [words('5 +5 +_5 5_ 05 0o5 0b101'), 5],
  [words('511 0777 0o777 0O777 0x1FF 0X1ff 0_777 0b111111111 5_1_1'), 511],
  [words('-511 -0777 -0o777 -0x1FF'), -511],
  [words('8 08 8.0 8. 0.8e1 80e-1'), 8],
  [words('0.5 .5 +.5 5e-1 0.5_0'), 0.5],
  [words('1000 1e3 1E3 1e+3 1_000 1_0e2'), 1000],
  [['9223372036854775807', '+9223372036854775807'], 2 ** 63],
  [['18446744073709551615', '0xFFFFFFFFFFFFFFFF'], 2 ** 64],
  [['18446744073709551616'], 2 ** 64],
  [['"on"'], 'on'],
  [["'0777'"], '0777'],
  [['!!str 0777'], '0777'],
  [['!!str on'], 'on'],
  [['!!str', '""', "''"], ''],
  [['!!int "5"'], 5],
  [['!!float 5'], 5],
  [['!!bool "yes"'], true],
  [['!!null ~', '!!null ""'], null],
  [['!!binary aGk='], 'hi'],
  [['! 5'], '5'],
  [['!!timestamp 2001-12-14'], '2001-12-14'],
];

const STAY_TEXT = words(
  'oN yEs tRUE nULL 0xG 0x 0b 0o 0b2 -0xFFFFFFFFFFFFFFFF +0xFFFFFFFFFFFFFFFF 0x10000000000000000 _1 +-5 .. . 1e 1e400 ' +
    '1.5.2 1:30 190:20:30 12:30:45 2001-12-14 2001-12-14T21:59:43Z 10.96.0.1 0.0.0.0/0 80/tcp ::1 fd00::1 = .iNF',
);

describe('a plain YAML value', () => {
  it.each(VALUES.flatMap(([texts, value]) => texts.map((text): [string, unknown] => [text, value])))(
    '%s',
    (text, value) => {
      expect(read(`a: ${text}`)).toEqual({ a: value });
    },
  );

  it.each(STAY_TEXT)('%s stays text', (text) => {
    expect(read(`a: ${text}`)).toEqual({ a: text });
  });

  it.each([
    ['.inf', '.inf is not a number in JSON; put it in quotes if it is text'],
    ['-.INF', '-.INF is not a number in JSON; put it in quotes if it is text'],
    ['.NaN', '.NaN is not a number in JSON; put it in quotes if it is text'],
    ['!!int abc', '!!int does not fit this value'],
    ['!!float abc', '!!float does not fit this value'],
    ['!!bool abc', '!!bool does not fit this value'],
    ['!!null abc', '!!null does not fit this value'],
    ['!!binary a', '!!binary does not fit this value: it is not base64'],
  ])('%s is an error', (text, message) => {
    expect(read(`a: ${text}`)).toEqual([`F:1:4: error: ${message} [yaml-syntax]`]);
  });

  it.each(['!foo 5', '!foo "5"', '!!foo 5'])('%s is text, with a warning', (text) => {
    const { value, problems } = readYaml({ name: 'F', text: `a: ${text}` });
    expect(value[0]?.value).toEqual({ a: '5' });
    expect(problems.map(formatDiagnostic)).toEqual([
      'F:1:4: warning: this tag is not known and does nothing, except that it makes a plain value text [yaml-unknown-tag]',
    ]);
  });
});

describe('a YAML key', () => {
  it.each([
    ['on', 'true'],
    ['No', 'false'],
    ['1', '1'],
    ['0x10', '16'],
    ['017', '15'],
    ['-0', '0'],
    ['9223372036854775807', '9223372036854775807'],
    ['1.5', '1.5'],
    ['3.0', '3'],
    ['100000.0', '100000'],
    ['1e6', '1e+06'],
    ['123456789.0', '1.2345679e+08'],
    ['1e-5', '1e-05'],
    ['0.0001', '0.0001'],
    ['.inf', '.inf'],
    ['-.inf', '-.inf'],
    ['1e300', '.inf'],
    ['.nan', '.nan'],
    ['"1"', '1'],
    ['!!str 010', '010'],
    ['2001-12-14', '2001-12-14'],
    ['""', ''],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('%s is the key %j', (text, key) => {
    const value = read(`${text}: x`);
    expect(Object.entries(value as object)).toEqual([[key, 'x']]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
