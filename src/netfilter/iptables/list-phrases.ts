import { quote } from '../../text/words.ts';
import { portOfName } from './list-names.ts';
import { isExtensionTarget } from './target-codecs.ts';

/**
 * How `iptables -L` tells matches and targets, behind the destination column, and the options that say the same.
 * `-L` shows what a rule does, not how it is written: what no phrase here covers is kept as text.
 */
interface Phrase {
  /** Sticky; the words that follow it begin behind a blank. */
  readonly pattern: RegExp;
  /** Whether it belongs to the target, and so stands behind `-j NAME`. */
  readonly isTarget?: boolean;
  readonly options: (groups: readonly (string | undefined)[], targetName: string) => string;
}

const not = (bang: string | undefined): string => (bang === undefined || bang.trim() === '' ? '' : '! ');

const side = (option: string, bang: string | undefined, value: string | undefined): string =>
  value === undefined ? '' : ` ${not(bang)}${option} ${value}`;

const port = (option: string, bang: string | undefined, value: string | undefined): string =>
  side(option, bang, value?.split(':').map(portOfName).join(':'));

const PHRASES: readonly Phrase[] = [
  {
    pattern: /\/\* (.*?) \*\//y,
    options: ([, text = '']) => `-m comment --comment ${quoted(text)}`,
  },
  {
    pattern: /(tcp|udp|sctp|dccp|udplite)(?: spts?:(!?)(\S+))?(?: dpts?:(!?)(\S+))?(?![^ ])/y,
    options: ([, name = '', notSource, source, notDestination, destination]) =>
      `-m ${name}${port('--sport', notSource, source)}${port('--dport', notDestination, destination)}`,
  },
  {
    pattern: /ADDRTYPE match(?: src-type (!?)(\S+))?(?: dst-type (!?)(\S+))?/y,
    options: ([, notSource, source, notDestination, destination]) =>
      `-m addrtype${side('--src-type', notSource, source)}${side('--dst-type', notDestination, destination)}`,
  },
  {
    pattern: /(! )?(ctstate|state) (\S+)/y,
    options: ([, bang, kind = '', states = '']) =>
      `-m ${kind === 'state' ? 'state' : 'conntrack'} ${not(bang)}--${kind} ${states}`,
  },
  {
    pattern: /(?:mark|MARK) match (! ?)?(0x[0-9a-f]+(?:\/0x[0-9a-f]+)?)/y,
    options: ([, bang, value = '']) => `-m mark ${not(bang)}--mark ${value}`,
  },
  {
    pattern: /statistic mode random (! )?probability (\d\S*)/y,
    options: ([, bang, value = '']) => `-m statistic --mode random ${not(bang)}--probability ${value}`,
  },
  {
    pattern: /recent: SET name: (\S+) side: source(?: mask: (\S+))?/y,
    options: ([, list = '', mask]) => `-m recent --set --name ${list}${side('--mask', '', mask)} --rsource`,
  },
  {
    pattern: /recent: CHECK seconds: (\d+) reap name: (\S+) side: source(?: mask: (\S+))?/y,
    options: ([, seconds = '', list = '', mask]) =>
      `-m recent --rcheck --seconds ${seconds} --reap --name ${list}${side('--mask', '', mask)} --rsource`,
  },
  {
    pattern: /nfacct-name +(\S+)/y,
    options: ([, name = '']) => `-m nfacct --nfacct-name ${name}`,
  },
  {
    pattern: /(! )?match-set (\S+) (\S+)/y,
    options: ([, bang, set = '', sides = '']) => `-m set ${not(bang)}--match-set ${set} ${sides}`,
  },
  {
    pattern: /MARK (or|and|xor|set|xset) (0x[0-9a-f]+(?:\/0x[0-9a-f]+)?)/y,
    isTarget: true,
    options: ([, operation = '', value = '']) => `${MARK_OPTIONS.get(operation) ?? ''} ${value}`,
  },
  {
    pattern: /to:(\S+)/y,
    isTarget: true,
    options: ([, address = ''], name) => `${name === 'SNAT' ? '--to-source' : '--to-destination'} ${address}`,
  },
  {
    pattern: /reject-with (\S+)/y,
    isTarget: true,
    options: ([, reason = '']) => `--reject-with ${reason}`,
  },
  { pattern: /random-fully/y, isTarget: true, options: () => '--random-fully' },
];

const MARK_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['or', '--or-mark'],
  ['and', '--and-mark'],
  ['xor', '--xor-mark'],
  ['set', '--set-xmark'],
  ['xset', '--set-xmark'],
]);

/** Quoted in any case, so that it is read back as one word whatever it looks like. */
const quoted = (text: string): string => {
  const spelled = quote(text);
  return spelled.startsWith('"') ? spelled : `"${spelled}"`;
};

/** What a rule's last column says. */
export interface Phrases {
  /** The words of `iptables -S` for it: matches, then the target with its options. */
  readonly words: string;
  /**
   * The text from the first unknown phrase to the end; empty when all phrases are known. The words hold it as
   * text.
   */
  readonly rest: string;
}

/** Reads the last column of `iptables -L` together with the name in its target column, which may be empty. */
export function readPhrases(text: string, targetName: string): Phrases {
  const isGoto = text.startsWith('[goto] ');
  const matches: string[] = [];
  const target = targetName === '' ? [] : [`${isGoto ? '-g' : '-j'} ${targetName}`];
  let at = isGoto ? '[goto] '.length : 0;
  for (;;) {
    while (text[at] === ' ') at += 1;
    const found = phraseAt(text, at, targetName);
    if (found === undefined) break;
    (found.isTarget ? target : matches).push(found.options);
    at = found.end;
  }
  const rest = text.slice(at);
  if (rest !== '' && isExtensionTarget(targetName)) target.push(`--listed ${quoted(rest)}`);
  else if (rest !== '') matches.push(`-m listed --listed ${quoted(rest)}`);
  return { words: [...matches, ...target].join(' '), rest };
}

interface FoundPhrase {
  readonly options: string;
  readonly isTarget: boolean;
  readonly end: number;
}

function phraseAt(text: string, at: number, targetName: string): FoundPhrase | undefined {
  for (const { pattern, options, isTarget = false } of PHRASES) {
    pattern.lastIndex = at;
    const groups = pattern.exec(text);
    const end = pattern.lastIndex;
    if (groups !== null && (end === text.length || text[end] === ' '))
      return { options: options(groups, targetName), isTarget, end };
  }
  return undefined;
}
