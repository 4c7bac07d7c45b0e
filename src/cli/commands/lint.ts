import { type Diagnostic, diagnostic, hasErrors } from '../../diagnostics/diagnostic.ts';
import { type Command, Option } from 'commander';
import { formatJson } from '../../lint/json.ts';
import { lint, type LintResult } from '../../lint/lint.ts';
import { formatSkipped } from '../../lint/read-sources.ts';
import { formatSarif } from '../../lint/sarif.ts';
import { reviewOfFindings } from '../../lint/review.ts';
import { formatText, summarize } from '../../lint/text.ts';
import { formatNote } from '../../lint/note.ts';
import { readBaseline, writeBaseline } from '../baseline-file.ts';
import { foldCharts } from '../chart-problems.ts';
import { coloursFor } from '../colours.ts';
import { type ExitCode, type Io, remarksOf } from '../io.ts';
import { codesOf, fails, misusedSelection, type SelectionFlags, withSelection } from '../lint-options.ts';
import {
  excludeOption,
  type ManifestFlags,
  namesInput,
  NO_INPUT,
  versionOption,
  withManifests,
} from '../options.ts';
import { type LintModeFlags, readModeSwitch, withMode } from '../lint-mode.ts';
import { progressOn } from '../progress.ts';
import { fileProblem, readInputs } from '../read-inputs.ts';
import { type ReportFlags, reportProblems, severityPaint } from '../report-problems.ts';
import { flagsForReview, writeReview } from '../write-review.ts';

interface LintFlags extends ReportFlags, ManifestFlags, SelectionFlags, LintModeFlags {
  readonly output: 'text' | 'json' | 'sarif' | 'markdown' | 'github';
  readonly exclude?: readonly string[];
}

const EXAMPLES = `
Examples:
  svc2ipt lint -f deploy/ -R
  kustomize build overlays/prod | svc2ipt lint -f -
  svc2ipt lint -f deploy/ -R --from-cluster --context prod   # held against what runs there
  svc2ipt lint -f deploy/ -R -o sarif > svc2ipt.sarif
  svc2ipt lint -f deploy/ -R --baseline lint-baseline.json --write-baseline
  svc2ipt lint -f deploy/ -R --baseline lint-baseline.json --fail-on error --disable deprecated-field
  svc2ipt lint -f deploy/ -R --proxy-mode iptables --against-mode nftables
  svc2ipt lint -f deploy/ -o json | jq '.[] | select(.severity == "error")'
`;

/** Gives `svc2ipt lint` its options and what it does. */
export function defineLint(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  withMode(withSelection(withManifests(command)))
    .addOption(excludeOption())
    .addOption(
      new Option('-o, --output <form>', 'text, json, sarif, markdown for a comment, or github annotations')
        .choices(['text', 'json', 'sarif', 'markdown', 'github'])
        .default('text'),
    )
    .addOption(versionOption())
    .addHelpText('after', EXAMPLES)
    .action(async (_options, self: Command) => {
      const flags = self.optsWithGlobals<LintFlags>();
      finish(await runLint(flagsForReview(flags, flags.output), io));
    });
}

async function runLint(flags: LintFlags, io: Io): Promise<ExitCode> {
  const misused = misuse(flags);
  if (misused.length > 0) return refused(misused, flags, io);
  const writes = flags.writeBaseline === true;
  const known = flags.baseline === undefined || writes ? undefined : await readBaseline(flags.baseline, io);
  // Without what is known already, all of it would be told as new.
  if (known !== undefined && hasErrors(known.problems)) return refused(known.problems, flags, io);
  const modeSwitch = await readModeSwitch(flags, io);
  if (hasErrors(modeSwitch.problems)) return refused(modeSwitch.problems, flags, io);
  const inputs = await readInputs(flags, io);
  const progress = progressOn(io);
  progress.step('reading manifests');
  const { value, problems } = lint(inputs.value, {
    strict: flags.strict === true,
    version: flags.kubeProxyVersion,
    modeSwitch: modeSwitch.value,
    enable: codesOf(flags.enable),
    disable: codesOf(flags.disable),
    baseline: known?.value,
  });
  progress.done();
  const all = [...(known?.problems ?? []), ...modeSwitch.problems, ...inputs.problems, ...problems];
  const failed = reportProblems(foldCharts(all, 'lint'), io, flags);
  if (!failed && writes && flags.baseline !== undefined)
    return writeFindings(flags.baseline, value, flags, io);
  const unwritten = await writeReport(value, flags, io);
  if (reportProblems(unwritten, io, flags) || failed) return 2;
  return fails(value.findings, flags) ? 1 : 0;
}

async function writeReport(value: LintResult, flags: LintFlags, io: Io): Promise<readonly Diagnostic[]> {
  remarksOf(io).write(value.notes.map(formatNote).join(''));
  if (flags.output === 'markdown' || flags.output === 'github')
    return writeReview(reviewOfFindings(value.findings, value.objects), flags.output, flags, io);
  // Other programs get their form even where nothing could be read.
  if (value.objects > 0 || flags.output !== 'text') io.stdout.write(render(value, flags.output, flags, io));
  remarksOf(io).write(formatSkipped(value.skipped, flags.verbose === true));
  if (flags.output === 'text' && value.objects > 0) {
    remarksOf(io).write(`${summarize(value.findings, value.objects)}\n`);
  }
  return [];
}

function misuse(flags: LintFlags): readonly Diagnostic[] {
  const missing = namesInput(flags) ? [] : [diagnostic('usage', NO_INPUT)];
  return [...missing, ...misusedSelection(flags)];
}

function refused(problems: readonly Diagnostic[], flags: LintFlags, io: Io): ExitCode {
  reportProblems(problems, io, flags);
  return 2;
}

/** Writes the findings to the baseline file, so that later runs do not report them. */
async function writeFindings(
  path: string,
  { findings, objects }: LintResult,
  flags: LintFlags,
  io: Io,
): Promise<ExitCode> {
  try {
    await writeBaseline(path, findings);
  } catch (error) {
    return refused([fileProblem('file-unwritable', path, error)], flags, io);
  }
  remarksOf(io).write(`${summarize(findings, objects)}, written to ${path}\n`);
  return 0;
}

function render({ findings }: LintResult, form: 'text' | 'json' | 'sarif', flags: LintFlags, io: Io): string {
  switch (form) {
    case 'json':
      return formatJson(findings);
    case 'sarif':
      return formatSarif(findings, process.cwd());
    case 'text': {
      const paint = coloursFor(io.stdout, io, flags.color);
      return formatText(findings, severityPaint(paint));
    }
  }
}
