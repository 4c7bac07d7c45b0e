/** Tells the outputs of several tools in one text apart. */
import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../../text/source.ts';

/** A part of mode ipvs, each printed by a tool of its own. */
export type PartName = 'iptables' | 'ipset' | 'ipvs' | 'addresses';

/** How the first line of a part looks. */
const BEGINNINGS: readonly (readonly [PartName, RegExp])[] = [
  ['iptables', /^\*[a-z]+\s*$/],
  ['ipset', /^(?:create|add) \S+ \S/],
  ['ipvs', /^(?:-[Aa]|--add-se\w+) (?:-[tuf]|--\w+-service) /],
  ['addresses', /^(?:inet6? \S|\d+: \S+: <|\[\s*(?:\{|\]|$))/],
];

const EXPECTED =
  'This is the output of none of iptables-save, ipset save, ipvsadm -S -n and ip addr show kube-ipvs0.';

/**
 * Returns a source for each part that the text holds. In each, the lines of the other parts are empty, so that places
 * stay as they are. Errors: text ahead of the first part.
 */
export function splitSource({ name, text }: Source): Outcome<ReadonlyMap<PartName, Source>> {
  const lines = text.split('\n');
  const parts = new Map<PartName, string[]>();
  const problems: Diagnostic[] = [];
  let current: PartName | undefined;
  let isInTable = false;
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const plain = line.trim();
    // A table of iptables ends with COMMIT. Its rules look like lines of ipvsadm.
    if (!isInTable) current = BEGINNINGS.find(([, form]) => form.test(plain))?.[0] ?? current;
    if (current === 'iptables') isInTable = plain !== 'COMMIT' && (isInTable || plain.startsWith('*'));
    if (current !== undefined) {
      const own = parts.get(current) ?? lines.map((other) => ' '.repeat(other.length));
      parts.set(current, own);
      own[index] = line;
    } else if (plain !== '' && !plain.startsWith('#') && problems.length === 0)
      problems.push(diagnostic('dump-syntax', EXPECTED, { place: placeAt({ name, text }, offset) }));
    offset += line.length + 1;
  }
  const sources = [...parts].map(([part, own]) => [part, { name, text: own.join('\n') }] as const);
  return { value: new Map(sources), problems };
}
