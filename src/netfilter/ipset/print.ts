import { type EntryPart, type SetDefinition, type SetEntry, type SetType } from './model.ts';

/** Prints sets as `ipset save` does: for each set the line that creates it, then a line for each entry. */
export function printSets(sets: readonly SetDefinition[]): string {
  const lines: string[] = [];
  for (const set of sets) {
    lines.push(['create', set.name, printSetType(set.type), ...familyWords(set), ...set.options].join(' '));
    for (const entry of set.entries) lines.push(`add ${set.name} ${printEntry(entry)}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** `hash:ip,port`. */
export const printSetType = ({ storage, parts }: SetType): string => `${storage}:${parts.join(',')}`;

/** `10.0.0.1,tcp:80 timeout 300`. */
export const printEntry = ({ parts, options }: SetEntry): string =>
  [parts.map(printPart).join(','), ...options].join(' ');

const familyWords = ({ family }: SetDefinition): readonly string[] =>
  family === undefined ? [] : ['family', family === 'IPv4' ? 'inet' : 'inet6'];

function printPart(part: EntryPart): string {
  switch (part.kind) {
    case 'address':
      return part.prefix === undefined ? part.address : `${part.address}/${part.prefix}`;
    case 'port':
      return part.protocol === undefined ? String(part.port) : `${part.protocol}:${part.port}`;
    case 'icmp':
      return `${part.protocol}:${part.type}`;
    case 'mac':
    case 'mark':
    case 'iface':
    case 'set':
      return part.text;
  }
}
