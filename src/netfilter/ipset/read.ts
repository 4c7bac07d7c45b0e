import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { type IpFamily } from '../../text/ip.ts';
import { placeAt, type Source } from '../../text/source.ts';
import { PART_KINDS, type PartKind, type SetDefinition, type SetEntry, type SetType } from './model.ts';
import { readParts } from './read-parts.ts';

/** Reading stops after so many errors: such a text is no list of sets. */
const MOST_ERRORS = 100;
/** (IPSET_MAXNAMELEN, without the zero behind it) */
const LONGEST_NAME = 31;

/** The first line of `ipset save`, behind remarks. */
const BEGIN = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*create \S+ (?:hash|bitmap|list):/;

/** Returns true when a text begins as the output of `ipset save`. */
export const isSetListing = ({ text }: Source): boolean => BEGIN.test(text);

/** A set whose entries are still being read. */
interface Draft extends SetDefinition {
  readonly entries: SetEntry[];
}

/**
 * Reads what `ipset save` prints. The value is undefined when a line is damaged. Each problem names its line.
 */
export function readSets(source: Source): Outcome<readonly SetDefinition[] | undefined> {
  const sets = new Map<string, Draft>();
  const problems: Diagnostic[] = [];
  let offset = 0;
  for (const line of source.text.split('\n')) {
    if (problems.length >= MOST_ERRORS) break;
    const wrong = readLine(line.trim(), sets);
    if (wrong !== undefined) {
      const place = placeAt(source, offset + line.length - line.trimStart().length);
      problems.push(diagnostic(wrong.code, wrong.message, { place }));
    }
    offset += line.length + 1;
  }
  return { value: problems.length > 0 ? undefined : [...sets.values()], problems };
}

/** What is wrong with a line. */
interface Mistake {
  readonly code: 'dump-syntax' | 'dump-structure';
  readonly message: string;
}

const syntax = (message: string): Mistake => ({ code: 'dump-syntax', message });
const structure = (message: string): Mistake => ({ code: 'dump-structure', message });

function readLine(line: string, sets: Map<string, Draft>): Mistake | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  // A comment of an entry may hold blanks, and never a quote.
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  const [command, name = '', third = '', ...options] = words;
  if (command !== 'create' && command !== 'add')
    return syntax('This is no line that ipset save prints: create SET TYPE ..., or add SET ENTRY ...');
  if (name === '' || name.length > LONGEST_NAME)
    return syntax(`Expected the name of a set, of at most ${LONGEST_NAME} characters.`);
  const set = sets.get(name);
  if (command === 'create') {
    if (set !== undefined) return structure(`Set ${name} is created a second time here.`);
    return createSet(name, third, options, sets);
  }
  if (set === undefined) return structure(`Set ${name} is not created ahead of this entry.`);
  const parts = readParts(third, set);
  if (typeof parts === 'string') return syntax(parts);
  set.entries.push({ parts, options });
  return undefined;
}

function createSet(
  name: string,
  typeName: string,
  words: readonly string[],
  sets: Map<string, Draft>,
): Mistake | undefined {
  const type = typeOf(typeName);
  if (type === undefined)
    return syntax(`ipset has no type ${typeName === '' ? 'without a name' : typeName}.`);
  const [word, value = '', ...rest] = words;
  const family = FAMILIES.get(value);
  if (word === 'family' && family === undefined) return syntax('The family of a set is inet or inet6.');
  const options = word === 'family' ? rest : words;
  sets.set(name, { name, type, family: word === 'family' ? family : undefined, options, entries: [] });
  return undefined;
}

const FAMILIES: ReadonlyMap<string, IpFamily> = new Map([
  ['inet', 'IPv4'],
  ['inet6', 'IPv6'],
]);

/** The types that the kernel has. (ip_set_*.ko, Linux 6.18) */
const TYPES: ReadonlySet<string> = new Set(
  (
    'bitmap:ip bitmap:ip,mac bitmap:port list:set hash:ip hash:mac hash:ip,mac hash:net hash:net,net hash:ip,port ' +
    'hash:net,port hash:ip,port,ip hash:ip,port,net hash:ip,mark hash:net,port,net hash:net,iface'
  ).split(' '),
);

function typeOf(text: string): SetType | undefined {
  if (!TYPES.has(text)) return undefined;
  const [storage = '', parts = ''] = text.split(':');
  return {
    storage: storage === 'hash' || storage === 'bitmap' ? storage : 'list',
    parts: parts.split(',').filter((part): part is PartKind => PART_KINDS.some((kind) => kind === part)),
  };
}
