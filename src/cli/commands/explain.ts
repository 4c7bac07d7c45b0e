import { type Command, Option } from 'commander';
import { type CodeText } from '../../diagnostics/code-text.ts';
import { CODES, isDiagnosticCode } from '../../diagnostics/codes.ts';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { noSuchCode } from '../../diagnostics/no-such-code.ts';
import { type ExitCode, type Io } from '../io.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';

interface ExplainFlags extends ReportFlags {
  readonly output: 'text' | 'json';
}

const EXAMPLES = `
Every message ends with its code in brackets: [unknown-field].

Examples:
  svc2ipt explain unknown-field
  svc2ipt explain
  svc2ipt explain -o json | jq -r '.[] | select(.severity == "error").code'

Exit codes: 0 explained, 2 there is no such code.
`;

/** Gives `svc2ipt explain` its options and what it does. */
export function defineExplain(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  command
    .argument('[code]', 'the code, as it stands behind a message')
    .addOption(new Option('-o, --output <form>', 'text or json').choices(['text', 'json']).default('text'))
    .addHelpText('after', EXAMPLES)
    .action((code: string | undefined, _options, self: Command) => {
      finish(explain(code, self.optsWithGlobals<ExplainFlags>(), io));
    });
}

/** One code with the whole row of its table. */
type Row = CodeText & { readonly code: string };

const ROWS: readonly Row[] = Object.entries(CODES).map(([code, text]) => ({ code, ...text }));

function explain(code: string | undefined, flags: ExplainFlags, io: Io): ExitCode {
  if (code === undefined) {
    io.stdout.write(flags.output === 'json' ? json(ROWS) : listOf(ROWS));
    return 0;
  }
  if (!isDiagnosticCode(code)) {
    const message = noSuchCode(
      code,
      ROWS.map((row) => row.code),
    );
    reportProblems([diagnostic('usage', `${message} (svc2ipt explain lists all)`)], io, flags);
    return 2;
  }
  const row = { code, ...CODES[code] };
  io.stdout.write(flags.output === 'json' ? json(row) : asText(row));
  return 0;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const asText = ({ code, severity, meaning, example, remedy }: Row): string =>
  `${code} (${severity})\n  ${meaning}\n\nExample\n  ${example}\n\nRemedy\n  ${remedy}\n`;

/** One line a code, in columns. */
function listOf(rows: readonly Row[]): string {
  const width = rows.reduce((widest, { code }) => Math.max(widest, code.length), 0);
  return rows
    .map(({ code, severity, meaning }) => `${code.padEnd(width)}  ${severity.padEnd(7)}  ${meaning}\n`)
    .join('');
}
