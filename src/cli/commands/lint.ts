import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Command, Option } from 'commander';
import { type Version } from '../../dialect/version.ts';
import { formatJson } from '../../lint/json.ts';
import { lint, type LintResult } from '../../lint/lint.ts';
import { formatSarif } from '../../lint/sarif.ts';
import { formatText, summarize } from '../../lint/text.ts';
import { coloursFor } from '../colours.ts';
import { type ExitCode, type Io } from '../io.ts';
import { type ManifestFlags, versionOption, withManifests } from '../options.ts';
import { progressOn } from '../progress.ts';
import { readInputs } from '../read-inputs.ts';
import { type ReportFlags, reportProblems, severityPaint } from '../report-problems.ts';

interface LintFlags extends ReportFlags, ManifestFlags {
  readonly output: 'text' | 'json' | 'sarif';
  readonly kubeProxyVersion: Version;
}

const EXAMPLES = `
Examples:
  svc2ipt lint -f deploy/ -R
  kustomize build overlays/prod | svc2ipt lint -f -
  svc2ipt lint -f deploy/ -R -o sarif > svc2ipt.sarif
  svc2ipt lint -f deploy/ -o json | jq '.[] | select(.severity == "error")'
`;

/** Adds `svc2ipt lint`. */
export function addLint(program: Command, io: Io, finish: (code: ExitCode) => void): void {
  const command = program
    .command('lint')
    .description('Tell what the API server would reject, and what it would accept but no one wants');
  withManifests(command)
    .addOption(
      new Option('-o, --output <form>', 'text, json or sarif')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .addOption(versionOption())
    .addHelpText('after', EXAMPLES)
    .action(async (_options, self: Command) => {
      finish(await runLint(self.optsWithGlobals<LintFlags>(), io));
    });
}

async function runLint(flags: LintFlags, io: Io): Promise<ExitCode> {
  if (flags.filename === undefined) {
    const message = 'no input: name files or directories with -f, or - for stdin';
    reportProblems([diagnostic('usage', message)], io, flags);
    return 2;
  }
  const inputs = await readInputs(flags.filename, flags.recursive === true, io);
  const progress = progressOn(io);
  progress.step('reading manifests');
  const { value, problems } = lint(inputs.value, {
    strict: flags.strict === true,
    version: flags.kubeProxyVersion,
  });
  progress.done();
  const failed = reportProblems([...inputs.problems, ...problems], io, flags);
  if (failed || value === undefined) return 2;
  io.stdout.write(render(value, flags, io));
  if (flags.output === 'text') io.stderr.write(`${summarize(value.findings, value.objects)}\n`);
  return value.findings.length === 0 ? 0 : 1;
}

function render({ findings }: LintResult, flags: LintFlags, io: Io): string {
  switch (flags.output) {
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
