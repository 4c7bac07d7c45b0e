import { Lexer } from 'yaml';

type Step = Generator<string, unknown>;

/** What the library keeps to itself of its lexer; a test holds it to this. */
interface LexerInside {
  /** The least indentation at which a value may go on in the next line. */
  indentNext: number;
  readonly flowLevel: number;
  parseQuotedScalar: (this: LexerInside) => Step;
  parseFlowCollection: (this: LexerInside) => Step;
}

/** Makes the library's lexer, which takes the indentation of values that go on over lines as YAML 1.2 wants it. */
export const strictLexer = (): Lexer => new Lexer();

/**
 * Makes a lexer that does not look at the indentation of quoted text and of lists and objects in brackets, as go-yaml
 * v2 does not: they end at their closing sign. (yaml_parser_unroll_indent returns at once within brackets, and
 * yaml_parser_scan_flow_scalar knows no indentation.)
 */
export function lenientLexer(): Lexer {
  const lexer = new Lexer();
  const inside = lexer as unknown as LexerInside;
  const { parseQuotedScalar, parseFlowCollection } = inside;
  inside.parseQuotedScalar = () => withoutIndentation(inside, parseQuotedScalar);
  let outside: number | undefined;
  inside.parseFlowCollection = function* () {
    outside ??= inside.indentNext;
    const next = yield* withoutIndentation(inside, parseFlowCollection);
    if (inside.flowLevel > 0) return next;
    inside.indentNext = outside;
    outside = undefined;
    return next;
  };
  return lexer;
}

function* withoutIndentation(inside: LexerInside, parse: LexerInside['parseQuotedScalar']): Step {
  const { indentNext } = inside;
  inside.indentNext = 0;
  const next = yield* parse.call(inside);
  inside.indentNext = indentNext;
  return next;
}
