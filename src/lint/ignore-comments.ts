import { FINDING_CODES } from '../diagnostics/lint-codes.ts';
import { noSuchCode } from '../diagnostics/no-such-code.ts';
import { type Source } from '../text/source.ts';
import { type Finding } from './finding.ts';
import { type Note } from './note.ts';
import { addToGroup } from '../text/groups.ts';

/**
 * One code of a comment `# svc2ipt-ignore CODE: reason`, and the lines on which it silences findings of that
 * code.
 */
export interface IgnoreComment extends Pick<Note, 'place'> {
  readonly code: string;
  readonly first: number;
  readonly last: number;
}

/** Comments of one text, by their places, and what is wrong with some. */
export interface IgnoreComments {
  readonly comments: readonly IgnoreComment[];
  readonly notes: readonly Note[];
}

const WORD = 'svc2ipt-ignore';
const COMMENT = /(?:^|\s)#[ \t]*svc2ipt-ignore(?![\w-])[ \t]*((?:[\w-]+[ \t]*,[ \t]*)*[\w-]+)?/;
const NOTHING_ON_LINE = /^\s*(?:#|$)/;
const NEW_DOCUMENT = /^(?:---|\.\.\.)(?:\s|$)/;

/** A comment whose lines are still being counted. */
interface Open {
  readonly found: Omit<IgnoreComment, 'last' | 'first' | 'code'>;
  readonly codes: readonly string[];
  readonly first: number;
  /** Deeper lines belong to it; undefined: all up to the end of the document. */
  readonly indent: number | undefined;
  readonly isItem: boolean;
}

/**
 * Finds the ignore comments of a YAML text. A comment behind a value silences its line. A comment alone on
 * its line silences the next line. Both include the deeper lines that follow. A comment above the first line
 * of a document silences the whole document.
 */
export function ignoreComments(source: Source): IgnoreComments {
  const comments: IgnoreComment[] = [];
  const notes: Note[] = [];
  if (!source.text.includes(WORD) || source.name.endsWith('.json')) return { comments, notes };
  const open: Open[] = [];
  let waiting: Pick<Open, 'found' | 'codes'>[] = [];
  let isHead = true;
  let last = 0;
  const close = (mayGoOn: (one: Open) => boolean): void => {
    for (let top = open.at(-1); top !== undefined && !mayGoOn(top); top = open.at(-1)) {
      open.pop();
      for (const code of top.codes) comments.push({ ...top.found, code, first: top.first, last });
    }
  };
  for (const [index, line] of source.text.split('\n').entries()) {
    const number = index + 1;
    if (NEW_DOCUMENT.test(line)) {
      close(() => false);
      drop(waiting, comments);
      [isHead, waiting] = [true, []];
      continue;
    }
    const here = readComment(line, number, source, notes);
    if (NOTHING_ON_LINE.test(line)) {
      if (here !== undefined) waiting.push(here);
      continue;
    }
    const indent = line.search(/\S/);
    const isItem = /^\s*-(\s|$)/.test(line);
    close((one) => goesOn(one, indent, isItem));
    const begun = { first: number, isItem };
    for (const one of waiting) open.push({ ...one, ...begun, indent: isHead ? undefined : indent });
    if (here !== undefined) open.push({ ...here, ...begun, indent });
    [isHead, waiting, last] = [false, [], number];
  }
  close(() => false);
  drop(waiting, comments);
  return { comments, notes };
}

/** Comments with nothing below them. */
function drop(waiting: readonly Pick<Open, 'found' | 'codes'>[], comments: IgnoreComment[]): void {
  for (const { found, codes } of waiting) {
    for (const code of codes) comments.push({ ...found, code, first: 0, last: 0 });
  }
}

/** The items of a list may stand as far to the left as the key that they belong to. */
const goesOn = (one: Open, indent: number, isItem: boolean): boolean =>
  one.indent === undefined || indent > one.indent || (indent === one.indent && isItem && !one.isItem);

function readComment(
  line: string,
  number: number,
  source: Source,
  notes: Note[],
): Pick<Open, 'found' | 'codes'> | undefined {
  const found = line.includes(WORD) ? COMMENT.exec(line) : null;
  if (found === null) return undefined;
  const column = line.indexOf('#', found.index) + 1;
  const place = { file: source.name, line: number, column };
  const codes = (found[1] ?? '').split(/[\s,]+/).filter((code) => code !== '');
  if (codes.length === 0) notes.push({ place, message: `${WORD} names no code, and silences nothing` });
  for (const code of codes) {
    if (!KNOWN.has(code)) notes.push({ place, message: `${WORD}: ${noSuchCode(code, FINDING_CODES)}` });
  }
  return { found: { place }, codes: codes.filter((code) => KNOWN.has(code)) };
}

const KNOWN: ReadonlySet<string> = new Set(FINDING_CODES);

/**
 * Removes the findings that a comment silences. Findings must come sorted by file and line. Returns the
 * others, and a note for each comment that silences nothing.
 */
export function silence(
  findings: readonly Finding[],
  comments: readonly IgnoreComment[],
): { readonly findings: readonly Finding[]; readonly notes: readonly Note[] } {
  const byFile = new Map<string, IgnoreComment[]>();
  for (const comment of comments) {
    addToGroup(byFile, comment.place.file, comment);
  }
  for (const own of byFile.values()) own.sort((a, b) => a.first - b.first);
  const used = new Set<IgnoreComment>();
  const reached = new Map<string, { readonly next: number; readonly active: readonly IgnoreComment[] }>();
  const kept = findings.filter(({ code, place: { file, line } }) => {
    const own = byFile.get(file);
    if (own === undefined) return true;
    const before = reached.get(file) ?? { next: 0, active: [] };
    let { next } = before;
    const begun: IgnoreComment[] = [];
    for (let one = own[next]; one !== undefined && one.first <= line; one = own[next]) {
      begun.push(one);
      next += 1;
    }
    const active = [...before.active, ...begun].filter((one) => one.last >= line);
    reached.set(file, { next, active });
    const silencing = active.filter((one) => one.code === code);
    for (const one of silencing) used.add(one);
    return silencing.length === 0;
  });
  const idle = comments.filter((comment) => !used.has(comment));
  return {
    findings: kept,
    notes: idle.map(({ place, code }) => ({ place, message: `${WORD} ${code} silences nothing` })),
  };
}
