import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';

/** One line of a file of packets. */
export interface PacketLine {
  readonly line: number;
  readonly from: string;
  readonly to: string;
  readonly local: boolean;
  readonly inInterface: string | undefined;
  /** The endpoint, `ADDRESS:PORT`, to which session affinity sent the client before. */
  readonly knownTo?: string | undefined;
}

/** The most mistakes to report. A file with more of them is not a file of packets. */
const MOST_ERRORS = 100;

/**
 * Reads JSON lines such as `{"from":"10.244.1.77","inInterface":"veth1","to":"10.96.0.20:80/TCP"}`; blank lines are
 * skipped.
 */
export function readPackets({ name, text }: Source): {
  readonly packets: readonly PacketLine[];
  readonly problems: readonly Diagnostic[];
} {
  const packets: PacketLine[] = [];
  const problems: Diagnostic[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '' || problems.length >= MOST_ERRORS) continue;
    const read = readLine(content, index + 1);
    if (typeof read !== 'string') packets.push(read);
    else {
      const place = { file: name, line: index + 1, column: 1 };
      problems.push(diagnostic('packet-invalid', read, { place }));
    }
  }
  return { packets, problems };
}

/** The packet, or what is wrong with the line. */
function readLine(content: string, line: number): PacketLine | string {
  const value = parseJson(content);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'a line is one JSON object, like {"from":"10.244.1.77","to":"10.96.0.20:80/TCP"}';
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const unknown = [...fields.keys()].find((key) => !KEYS.has(key));
  if (unknown !== undefined)
    return `${unknown} is no field of a packet: from, to, inInterface, local and knownTo are`;
  const [from, to] = [fields.get('from'), fields.get('to')];
  const local = fields.get('local') ?? false;
  // Nothing, null and an empty text all say that no interface, or endpoint, is named.
  const inInterface = fields.get('inInterface') ?? '';
  if (typeof from !== 'string' || typeof to !== 'string') return 'from and to are texts, and both are needed';
  if (typeof local !== 'boolean') return 'local is true or false';
  if (typeof inInterface !== 'string') return 'inInterface is the name of an interface';
  if (local && inInterface !== '') return 'a local packet comes in by no interface';
  const knownTo = fields.get('knownTo') ?? '';
  if (typeof knownTo !== 'string')
    return 'knownTo is the endpoint that served the client before, like "10.244.1.10:8080"';
  return { line, from, to, local, inInterface: named(inInterface), knownTo: named(knownTo) };
}

const named = (text: string): string | undefined => (text === '' ? undefined : text);

const KEYS: ReadonlySet<string> = new Set(['from', 'to', 'inInterface', 'local', 'knownTo']);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
