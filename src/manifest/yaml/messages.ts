import { type DiagnosticCode } from '../../diagnostics/codes.ts';
import {
  type Document,
  type ErrorCode,
  isCollection,
  isScalar,
  type ParsedNode,
  visit,
  type YAMLError,
} from 'yaml';
import { MAX_DEPTH } from '../limits.ts';
import { type Fault } from './fault.ts';
import { TAB_MESSAGE } from './words.ts';

/** What one kind of YAML error is to the user. */
interface Explanation {
  readonly message: string;
  /** For errors that the library places at the end of what is not closed: tell where that begins instead. */
  readonly atOpening?: true;
}

/** A code that stands for several mistakes is told apart by the library's own words. */
type Explanations = readonly (Explanation & { readonly when?: RegExp })[];

const UNCLOSED: Explanations = [
  { when: /end with a \]/, message: 'the [ that begins here is not closed', atOpening: true },
  { when: /end with a \}/, message: 'the { that begins here is not closed', atOpening: true },
];

const MISSING: Explanations = [
  { when: /closing "/, message: 'the double quote that begins here is not closed', atOpening: true },
  { when: /closing '/, message: 'the single quote that begins here is not closed', atOpening: true },
  ...UNCLOSED,
  { when: /Implicit map keys/, message: 'expected "key: value" here; a colon and a blank are missing' },
  { when: /Comments must be/, message: 'a blank is missing before the # of the comment' },
  { when: /Missing , /, message: 'a comma is missing between the items of [ ] or { }' },
  { when: /Missing space after :/, message: 'a blank is missing after the colon' },
  { when: /Tags and anchors/, message: 'a blank is missing after the tag or anchor' },
  { when: /without - indicator/, message: 'expected a list item here; its - is missing' },
  { when: /directives-end/, message: 'expected --- here, after the lines that begin with %' },
  { message: 'a sign is missing here that YAML needs' },
];

const UNEXPECTED: Explanations = [
  { when: /^Unexpected , |empty item/, message: 'a comma stands here with nothing before it' },
  { when: /Block scalar header/, message: 'only + - and a digit may follow | or > on the same line' },
  {
    when: /block-seq-ind on same line/,
    message: 'a list cannot begin on the line of its key; put the - on the next line',
  },
  { when: /flow-(seq|map)-end|flow-error-end|^Unexpected [\]}]/, message: 'this bracket closes nothing' },
  { message: 'this does not fit after what stands before it' },
];

const EXPLANATIONS: Readonly<Partial<Record<ErrorCode, Explanations>>> = {
  ALIAS_PROPS: [{ message: 'an alias (*name) cannot have an anchor or a tag of its own' }],
  BAD_ALIAS: [{ message: 'a name is missing after this & or *; put text that begins with one in quotes' }],
  BAD_DIRECTIVE: [{ message: 'this % line is no directive of YAML; put text that begins with % in quotes' }],
  BAD_DQ_ESCAPE: [
    {
      message:
        'this backslash sequence is not known in double quotes; use single quotes, or \\\\ for a backslash',
    },
  ],
  BAD_INDENT: [...UNCLOSED, { message: 'the indentation of this line does not fit the lines above it' }],
  BAD_PROP_ORDER: [{ message: 'a tag or anchor must stand after the - ? or : before the value' }],
  BAD_SCALAR_START: [
    { when: /tab/, message: 'a value cannot begin with a tab; replace it by a space' },
    { message: 'a value cannot begin with this character; put it in quotes' },
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    { when: /block sequence/, message: 'a list item does not fit here; check its indentation' },
    {
      message: 'a second "key: value" on one line; put the value in quotes, or the key on a line of its own',
    },
  ],
  BLOCK_IN_FLOW: [
    { message: 'inside [ ] and { } items need commas between them, and - or indented lines are not allowed' },
  ],
  KEY_OVER_1024_CHARS: [{ message: 'a key is longer than 1024 characters, the most that YAML takes' }],
  MISSING_CHAR: MISSING,
  MULTILINE_IMPLICIT_KEY: [
    { message: 'expected "key: value" on one line here; is a colon missing, or the blank after it?' },
  ],
  MULTIPLE_ANCHORS: [{ message: 'a value can have only one anchor (&name)' }],
  MULTIPLE_TAGS: [{ message: 'a value can have only one tag (!name)' }],
  RESOURCE_EXHAUSTION: [{ message: `nested deeper than ${MAX_DEPTH} levels, the most that is read` }],
  TAB_AS_INDENT: [{ message: TAB_MESSAGE }],
  UNEXPECTED_TOKEN: UNEXPECTED,
};

const OTHERWISE: Explanation = { message: 'this is not valid YAML' };

/** The tag resolvers' messages are ours already (yaml-scalars.ts). */
const OWN_WORDS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['TAG_RESOLVE_FAILED', 'BAD_COLLECTION_TYPE']);

/** Marks that `git merge` leaves behind. */
const CONFLICT = /^(?:<{7}|={7}|>{7})(?![<=>])/;

/** Where the quoted texts and brackets of a document begin, by the offset at which they end. */
function findOpenings(root: ParsedNode | null): ReadonlyMap<number, number> {
  const openings = new Map<number, number>();
  visit(root, (_key, node) => {
    const isOpened = isScalar(node) ? node.type?.startsWith('QUOTE') : isCollection(node) && node.flow;
    if (isOpened !== true) return;
    const [start, end] = (node as ParsedNode).range;
    if (!openings.has(end)) openings.set(end, start);
  });
  return openings;
}

/** Returns the code: every error of the library is one of syntax, except that it stops at its limit of depth. */
const codeOf = (error: YAMLError): DiagnosticCode =>
  error.code === 'RESOURCE_EXHAUSTION' ? 'input-too-large' : 'yaml-syntax';

function explain(error: YAMLError): Explanation {
  if (OWN_WORDS.has(error.code)) return { message: error.message };
  const explanations = EXPLANATIONS[error.code] ?? [];
  return explanations.find(({ when }) => when?.test(error.message) ?? true) ?? OTHERWISE;
}

/** The errors that the `yaml` package found in `document`, whose text is `text`, in our words. */
export function explainErrors(text: string, document: Document.Parsed): readonly Fault[] {
  let openings: ReadonlyMap<number, number> | undefined;
  return document.errors.map((error) => {
    const { message, atOpening } = explain(error);
    const code = codeOf(error);
    const end = error.pos[0];
    if (CONFLICT.test(text.slice(end, end + 8))) {
      return { offset: end, message: 'a merge conflict of git was left here; resolve it first', code };
    }
    if (atOpening !== true) return { offset: Math.min(end, text.length), message, code };
    openings ??= findOpenings(document.contents);
    return { offset: openings.get(end) ?? Math.min(end, text.length), message, code };
  });
}

/** What the `yaml` package warns of that changes what is read: tags that nobody defined. */
export function explainWarnings(document: Document.Parsed): readonly Fault[] {
  const message = 'this tag is not known and does nothing, except that it makes a plain value text';
  return document.warnings
    .filter(({ code }) => code === 'TAG_RESOLVE_FAILED')
    .map(({ pos }) => ({ offset: pos[0], message, code: 'yaml-unknown-tag' }));
}
