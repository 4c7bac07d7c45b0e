import { type IpFamily } from '../../text/ip.ts';
import { type Outcome, type Diagnostic, hasErrors } from '../../diagnostics/diagnostic.ts';
import { type Source } from '../../text/source.ts';
import { assembleDump, type Assembly, type AssemblyInput } from './assemble-dump.ts';
import { isManifest, manifestAsDump } from '../manifest-as-dump.ts';
import { type Dump, type DumpForm } from './dump.ts';
import { explainLine } from './explain-line.ts';
import { readList } from './read-list.ts';
import { readSave } from './read-save.ts';
import { type Finding, problemAt, type KnownSoftware, UNKNOWN_SOFTWARE } from './statements.ts';
import { chainFinder, surveyOf } from './survey.ts';

/**
 * Reads what `iptables-save`, `iptables -S` or `iptables -L` printed, or their ip6tables twins, of any release and
 * backend; the form is recognised by itself. Undefined when anything in it is not what iptables prints: half a dump
 * must not be taken for a node without those rules.
 *
 * The family is told by the header or by any address; `assumedFamily` is for dumps without either. In rules that
 * must be whole, a value that iptables does not print is an error; in others it is kept word by word.
 */
export function parseDump(
  source: Source,
  assumedFamily: IpFamily = 'IPv4',
  software: KnownSoftware = UNKNOWN_SOFTWARE,
): Outcome<Dump | undefined> {
  const start = skipPrompt(source.text);
  const form = detectForm(source.text, start);
  if (form === undefined) return { value: undefined, problems: [notADump(source, start)] };
  const findings = form === 'list' ? readList(source, start, software.mustBeWhole) : readSave(source, start);
  const { family = assumedFamily, namesTables } = surveyOf(findings);
  const { tables, lines, unread, problems } = assemble(findings, {
    source,
    form,
    family,
    namesTables,
    software,
  });
  if (hasErrors(unread)) return { value: undefined, problems: unread };
  const all = [...unread, ...problems];
  if (hasErrors(all))
    return { value: undefined, problems: all.filter(({ severity }) => severity === 'error') };
  const hasCounters = tables.some(({ chains }) =>
    chains.some(({ rules }) => rules.some(({ counters }) => counters !== undefined)),
  );
  return {
    value: {
      family,
      form,
      tables,
      hasCounters,
      tellsInterfaces: form !== 'list' || hasCounters,
      lines: form === 'save' ? lines : [],
    },
    problems: all,
  };
}

/**
 * Puts a text together as if no chain had the name of a target, which hardly ever happens; where one has, once more:
 * `-j` may lead there then, from any line.
 */
function assemble(findings: Iterable<Finding>, input: Omit<AssemblyInput, 'hasChain'>): Assembly {
  const assembleKnowing = (namedAsTarget: ReadonlySet<string>): Assembly =>
    assembleDump(findings, { ...input, hasChain: chainFinder(findings, namedAsTarget) });
  const usual = assembleKnowing(new Set());
  return usual.namedAsTarget.size === 0 ? usual : assembleKnowing(usual.namedAsTarget);
}

const LINE = /[^\n]+/y;
const COMMAND_LINE =
  /^(?:[^|;&<>"'`]{0,100}[#$>] +)?(?:sudo +)?ip6?tables(?:-nft|-legacy)?(?:-save)?(?: +[\w.-]+)*[ \t\r]*$/;
const FIRST_STATEMENT = /^[ \t]*(?:(\*|:|COMMIT)|(-[PNA] |\[\d+:\d+\] -A )|(Chain ))/;

/** Skips a byte-order mark and blank lines, and the command that made the dump where it was pasted along. */
function skipPrompt(text: string): number {
  const start = text.search(/[^\s\ufeff]/);
  if (start === -1) return text.length;
  LINE.lastIndex = start;
  const line = LINE.exec(text)?.[0] ?? '';
  return line.length <= 300 && COMMAND_LINE.test(line) ? start + line.length : start;
}

/** By the first line that is no remark. Rules come first in excerpts of both forms that print them as words. */
function detectForm(text: string, start: number): DumpForm | undefined {
  let offset = start;
  while (offset < text.length) {
    const line = lineAt(text, offset);
    const [, save, rules, list] = FIRST_STATEMENT.exec(line) ?? [];
    if (save !== undefined) return 'save';
    if (list !== undefined) return 'list';
    if (rules !== undefined) return /^(\*|COMMIT)/m.test(text.slice(offset)) ? 'save' : 'list-rules';
    if (line.trim() !== '' && !line.startsWith('#')) return undefined;
    offset += line.length + 1;
  }
  return undefined;
}

/** At the first line that is neither a statement nor a remark. */
function notADump(source: Source, start: number): Diagnostic {
  const { text } = source;
  if (isManifest(source)) return manifestAsDump(source);
  let offset = start;
  while (offset < text.length) {
    const line = lineAt(text, offset);
    if (line.trim() !== '' && !line.startsWith('#')) {
      const indent = line.length - line.trimStart().length;
      const why = explainLine(line);
      if (why !== undefined) return problemAt(source, offset + indent, why, 'dump-syntax');
      return problemAt(source, offset + indent, NOT_A_DUMP, UNKNOWN_FORM);
    }
    offset += line.length + 1;
  }
  const isBlank = text.slice(start).trim() === '';
  return isBlank
    ? problemAt(source, 0, 'The dump is empty.', UNKNOWN_FORM)
    : problemAt(source, start, NOT_A_DUMP, UNKNOWN_FORM);
}

const UNKNOWN_FORM = 'dump-unknown-form';
const NOT_A_DUMP = 'This is no output of iptables-save, iptables -S, iptables -L or nft list ruleset.';

/** The line that begins at `offset`, without its newline. */
function lineAt(text: string, offset: number): string {
  const newline = text.indexOf('\n', offset);
  return text.slice(offset, newline === -1 ? text.length : newline);
}
