/** Prints and reads rules as text of one line. Each printer stands beside its reader. */
import { type Rule, type Statement } from './model.ts';
import { type NftSpelling } from './nft-release.ts';
import { parseStatement, printStatement } from './statement-text.ts';
import { parseVerdict } from './verdict-text.ts';
import { type Word, type WordCursor, WordList } from './word-cursor.ts';

/** Returns the rule without its handle. */
export function printRule({ statements, comment }: Rule, spelling: NftSpelling): string {
  const texts = statements.map((statement) => printStatement(statement, spelling));
  if (comment !== undefined) texts.push(`comment "${comment}"`);
  return texts.join(' ');
}

/**
 * Reads the words of one rule. From the first statement on that is not understood, the rule is kept as text, except for
 * a verdict at its end.
 */
export function parseRule(line: readonly Word[], cursor: WordCursor): Rule {
  const { words, handle } = withoutHandle(line);
  const { body, comment } = withoutComment(words);
  const statements = parseStatements(body, cursor);
  return { statements, ...(comment !== undefined && { comment }), ...(handle !== undefined && { handle }) };
}

/** Separates `# handle 5`, which `nft -a` prints, from the words of a line. */
export function withoutHandle(line: readonly Word[]): {
  readonly words: readonly Word[];
  readonly handle: number | undefined;
} {
  const remark = line.at(-1);
  if (remark?.kind !== 'remark') return { words: line, handle: undefined };
  const found = /^handle (\d{1,15})$/.exec(remark.text);
  return { words: line.slice(0, -1), handle: found === null ? undefined : Number(found[1]) };
}

function withoutComment(words: readonly Word[]): {
  readonly body: readonly Word[];
  readonly comment: string | undefined;
} {
  const [name, text] = words.slice(-2);
  const isComment = name?.kind === 'word' && name.text === 'comment' && text?.kind === 'quoted';
  return isComment ? { body: words.slice(0, -2), comment: text.text } : { body: words, comment: undefined };
}

function parseStatements(body: readonly Word[], cursor: WordCursor): readonly Statement[] {
  const statements: Statement[] = [];
  const words = new WordList(body);
  while (!words.isDone()) {
    const start = words.at;
    const statement = parseStatement(words);
    if (statement === undefined || goesOn(words.peek())) {
      for (const kept of unknownFrom(body.slice(start), cursor)) statements.push(kept);
      return statements;
    }
    statements.push(statement);
  }
  return statements;
}

/**
 * Words with which no statement begins. One of them shows that the statement before was not fully understood.
 */
const CONTINUATIONS: ReadonlySet<string> = new Set([
  ...['.', '/', '&', '|', '^', 'and', 'or', 'xor', '-', ':', 'map', 'vmap', '<<', '>>', 'set', 'to'],
  ...[
    'random',
    'fully-random',
    'persistent',
    'timeout',
    'expires',
    'packets',
    'bytes',
    'with',
    'type',
    'name',
  ],
]);

function goesOn(next: Word | undefined): boolean {
  if (next === undefined) return false;
  return next.kind !== 'word' || CONTINUATIONS.has(next.text);
}

/** Returns the words as an unknown statement. Reads a verdict at their end, because it is certain. */
function unknownFrom(words: readonly Word[], cursor: WordCursor): readonly Statement[] {
  for (const length of [2, 1]) {
    const tail = new WordList(words.slice(-length));
    const verdict = words.length > length ? parseVerdict(tail) : undefined;
    if (verdict !== undefined && tail.isDone()) {
      return [{ kind: 'unknown', form: 'text', text: cursor.textOf(words.slice(0, -length)) }, verdict];
    }
  }
  return [{ kind: 'unknown', form: 'text', text: cursor.textOf(words) }];
}
