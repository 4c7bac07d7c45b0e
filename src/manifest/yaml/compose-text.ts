import { Composer, type CST, type Document, type Lexer, Parser } from 'yaml';
import { MAX_DEPTH, MAX_STRAY_TOKENS, MAX_YAML_LEXEMES } from '../limits.ts';
import { lenientLexer, strictLexer } from './lexers.ts';
import { KUBERNETES_SCHEMA } from './kubernetes-schema.ts';
import { findBadTabs } from './tabs.ts';
import { SPLIT_IT } from './words.ts';

/** The documents of a text as the library composes them, with its errors. */
export interface ComposedText {
  /** Usually one, more when `...` ends them. */
  readonly documents: readonly Document.Parsed[];
  /** The offsets of tabs that are not allowed where they stand, in order. */
  readonly badTabs: readonly number[];
}

/** The text has more parts than are held at once. */
class TooManyParts extends Error {}

/**
 * Composes the documents of a YAML text. What the library refuses only for its indentation is taken where go-yaml v2
 * takes it; other errors are those of the stricter reading, because it finds a quote or bracket that is not closed
 * where it was opened. Returns what is wrong as a string for a text beyond the limits.
 */
export function composeText(text: string): ComposedText | string {
  // Each error of the library is an Error, and a million of them with their stacks would fill the memory.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const documents = compose(text, strictLexer());
    if (!documents.some(mayBeIndentation)) return { documents, badTabs: findBadTabs(text, strictLexer()) };
    const leniently = compose(text, lenientLexer());
    if (leniently.some(({ errors }) => errors.length > 0)) {
      return { documents, badTabs: findBadTabs(text, strictLexer()) };
    }
    return { documents: leniently, badTabs: findBadTabs(text, lenientLexer()) };
  } catch (error) {
    return whyStopped(error);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

const mayBeIndentation = ({ errors }: Document.Parsed): boolean =>
  errors.some(({ code }) => code === 'BAD_INDENT' || code === 'MISSING_CHAR');

function compose(text: string, lexer: Lexer): readonly Document.Parsed[] {
  const composer = new Composer({
    schema: KUBERNETES_SCHEMA,
    prettyErrors: false,
    // The library compares each key with all others of the object; convert-document.ts does not.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  return [...(composer.compose(tokens(text, lexer), false, text.length) as Iterable<Document.Parsed>)];
}

/** The tokens of a text up to the first hundred that belong nowhere; what follows is no better. */
function* tokens(text: string, lexer: Lexer): Generator<CST.Token> {
  const parser = new Parser();
  let lexemes = 0;
  let strays = 0;
  for (const lexeme of lexer.lex(text)) {
    lexemes += 1;
    if (lexemes > MAX_YAML_LEXEMES) throw new TooManyParts();
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') strays += 1;
      yield token;
    }
    if (strays > MAX_STRAY_TOKENS) break;
  }
  yield* parser.end();
}

/** What stopped the library; anything but its limits is a bug and goes on up. */
function whyStopped(error: unknown): string {
  if (error instanceof TooManyParts) {
    return `the YAML document has more than ${MAX_YAML_LEXEMES} parts, the most that is read; ${SPLIT_IT}`;
  }
  // The library recurses as deep as the text is nested, and overflows the stack on hostile input only.
  if (error instanceof RangeError) return `nested deeper than ${MAX_DEPTH} levels, the most that is read`;
  throw error;
}
