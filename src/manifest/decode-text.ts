import { type DiagnosticCode } from '../diagnostics/codes.ts';
import { diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../text/source.ts';
import { MAX_FILE_BYTES } from './limits.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const ENCODING_NAMES: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 (little endian)',
  'utf-16be': 'UTF-16 (big endian)',
};

function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** The text of `bytes` without its byte order mark; undefined when a byte does not fit the encoding. */
function decode(bytes: Uint8Array, encoding: Encoding, whole: boolean): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: !whole });
  } catch {
    return undefined;
  }
}

/** The text before the first byte that does not fit, by bisection: a decoder tells only whether there is one. */
function readablePrefix(bytes: Uint8Array, encoding: Encoding): string {
  let readable = 0;
  let unreadable = bytes.length + 1;
  while (unreadable - readable > 1) {
    const middle = (readable + unreadable) >> 1;
    if (decode(bytes.subarray(0, middle), encoding, false) === undefined) unreadable = middle;
    else readable = middle;
  }
  return decode(bytes.subarray(0, readable), encoding, false) ?? '';
}

function unreadable(code: DiagnosticCode, name: string, prefix: string, message: string): Outcome<undefined> {
  const place = placeAt({ name, text: prefix }, prefix.length);
  return { value: undefined, problems: [diagnostic(code, message, { place })] };
}

const GZIP = 'the file is compressed by gzip: decompress it first, as with gunzip';

/**
 * The text of a manifest file: UTF-8 with or without byte order mark, or UTF-16 with one.
 *
 * Errors, each with the place of the first bad character: bytes that do not fit the encoding, and NUL characters,
 * the mark of a binary file; files that gzip has compressed; and more than {@link MAX_FILE_BYTES} bytes.
 */
export function decodeText(name: string, bytes: Uint8Array): Outcome<Source | undefined> {
  if (bytes.length > MAX_FILE_BYTES) {
    const limit = MAX_FILE_BYTES / (1024 * 1024);
    const message = `the file is larger than ${limit} MiB, the most that is read; split it`;
    return unreadable('input-too-large', name, '', message);
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return unreadable('not-text', name, '', GZIP);
  const encoding = encodingOf(bytes);
  const text = decode(bytes, encoding, true);
  const nul = text?.indexOf('\0') ?? -1;
  if (text !== undefined && nul === -1) return { value: { name, text }, problems: [] };

  const prefix = text === undefined ? readablePrefix(bytes, encoding) : text.slice(0, nul);
  const firstNul = prefix.indexOf('\0');
  if (firstNul === -1 && text === undefined) {
    const message = `the file is not text: a byte here is not valid ${ENCODING_NAMES[encoding]}`;
    return unreadable('not-text', name, prefix, message);
  }
  const message =
    'the file is not text: it holds a NUL character (a binary file, or UTF-16 without a byte order mark)';
  return unreadable('not-text', name, firstNul === -1 ? prefix : prefix.slice(0, firstNul), message);
}
