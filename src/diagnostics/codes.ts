import { API_SERVER_CODES } from './api-server-codes.ts';
import { CLUSTER_CODES } from './cluster-codes.ts';
import { type CodeText, type Severity } from './code-text.ts';
import { DUMP_CODES } from './dump-codes.ts';
import { GRAPH_CODES } from './graph-codes.ts';
import { INPUT_CODES } from './input-codes.ts';
import { LINT_CODES } from './lint-codes.ts';
import { SETTINGS_CODES } from './settings-codes.ts';
import { LIST_CODES } from './list-codes.ts';
import { NAME_CODES } from './name-codes.ts';
import { TRACE_CODES } from './trace-codes.ts';

export type { Severity };

const TABLE = {
  ...INPUT_CODES,
  ...API_SERVER_CODES,
  ...LINT_CODES,
  ...SETTINGS_CODES,
  ...CLUSTER_CODES,
  ...DUMP_CODES,
  ...TRACE_CODES,
  ...LIST_CODES,
  ...GRAPH_CODES,
  ...NAME_CODES,
} as const;

/** In kebab-case. A code never changes, because other programs filter by it. */
export type DiagnosticCode = keyof typeof TABLE;

/** The table of all diagnostics. A code that is not in it does not compile. */
export const CODES: Readonly<Record<DiagnosticCode, CodeText>> = TABLE;

/** True when the word is one of the codes. */
export const isDiagnosticCode = (word: string): word is DiagnosticCode => Object.hasOwn(CODES, word);
