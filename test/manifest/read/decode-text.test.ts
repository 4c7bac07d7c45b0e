import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/manifest/decode-text.ts';
import { MAX_FILE_BYTES } from '../../../src/manifest/limits.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';

const TEXT = 'kind: Service\nname: für-\u{1f600}\n';

function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function messages(bytes: Uint8Array): readonly string[] {
  const { value, problems } = decodeText('F', bytes);
  expect(value).toBeUndefined();
  return problems.map(formatDiagnostic);
}

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with byte order mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16, little endian', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
    ['UTF-16, big endian', bigEndian(`\ufeff${TEXT}`)],
  ])('reads %s', (_name, bytes) => {
    expect(decodeText('F', bytes)).toEqual({ value: { name: 'F', text: TEXT }, problems: [] });
  });

  it('reads an empty file', () => {
    expect(decodeText('F', new Uint8Array())).toEqual({ value: { name: 'F', text: '' }, problems: [] });
  });

  const nul =
    'the file is not text: it holds a NUL character (a binary file, or UTF-16 without a byte order mark)';
  it.each([
    [
      'invalid byte',
      [0x61, 0x0a, 0x62, 0xff, 0x63],
      'F:2:2: error: the file is not text: a byte here is not valid UTF-8',
    ],
    [
      'overlong form',
      [0x61, 0xc0, 0x80],
      'F:1:2: error: the file is not text: a byte here is not valid UTF-8',
    ],
    [
      'cut-off character',
      [0x61, 0xe2, 0x82],
      'F:1:2: error: the file is not text: a byte here is not valid UTF-8',
    ],
    ['NUL', [0x61, 0x0a, 0x00, 0x61], `F:2:1: error: ${nul}`],
    ['NUL before an invalid byte', [0x00, 0xff], `F:1:1: error: ${nul}`],
    ['UTF-32', [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], `F:1:1: error: ${nul}`],
    [
      'half a surrogate pair',
      [0xff, 0xfe, 0x61, 0x00, 0x3d, 0xd8, 0x61, 0x00],
      'F:1:2: error: the file is not text: a byte here is not valid UTF-16 (little endian)',
    ],
    [
      'half a UTF-16 unit',
      [0xfe, 0xff, 0x00, 0x61, 0x00],
      'F:1:2: error: the file is not text: a byte here is not valid UTF-16 (big endian)',
    ],
  ])('refuses %s', (_name, bytes, expected) => {
    expect(messages(Uint8Array.from(bytes))).toEqual([`${expected} [not-text]`]);
  });

  it('refuses a file beyond the limit', () => {
    expect(messages(new Uint8Array(MAX_FILE_BYTES + 1))).toEqual([
      'F:1:1: error: the file is larger than 256 MiB, the most that is read; split it [input-too-large]',
    ]);
  });
});
