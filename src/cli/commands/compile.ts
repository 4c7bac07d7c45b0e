import { type Command, type Option } from 'commander';
import { type Compilation, compile } from '../../compile.ts';
import { summarizeStandIns } from '../../cluster/summarize-stand-ins.ts';
import { collector } from '../../diagnostics/collector.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { writeAssignments } from '../assignments-file.ts';
import { foldCharts } from '../chart-problems.ts';
import { attempt, writeOutput } from '../deliver.ts';
import { explainService } from '../explain-service.ts';
import { type ExitCode, type Io, remarksOf, writeOut } from '../io.ts';
import { namesInput, NO_INPUT } from '../options.ts';
import { type Progress, progressOn } from '../progress.ts';
import { readInputs } from '../read-inputs.ts';
import { reportProblems } from '../report-problems.ts';
import { flagsForReview } from '../write-review.ts';
import {
  type CompileFlags,
  misuseOfMode,
  outputOf,
  readRequest,
  withCompileOptions,
} from './compile-options.ts';

const EXAMPLES = `
Examples:
  svc2ipt compile -f deploy/ -R --cluster-cidr 10.244.0.0/16 --node-name node-1 -o golden/node-1.save
  svc2ipt compile -f deploy/ -R --cluster-cidr 10.244.0.0/16 --node-name node-1 --check golden/node-1.save
  svc2ipt compile --golden golden/ --check --report markdown   # all files that golden/svc2ipt.yaml names
  kustomize build overlays/prod | svc2ipt compile -f - --config kube-proxy.yaml --kube-proxy-version 1.30 -t nat
  kubectl get services,endpointslices,nodes -A -o json | svc2ipt compile -f - --node-name node-1
  svc2ipt compile --from-cluster --node-name node-1   # the same, straight from the API server
  svc2ipt compile -f services.json --format script | sudo sh   # may run again: jumps go where they are missing
  svc2ipt compile -f services.json --proxy-mode nftables --format restore | nft -f -
  svc2ipt compile -f services.json --proxy-mode ipvs -o golden/node-1/   # iptables, ipset, ipvs and addresses
`;

/** Gives `svc2ipt compile` its options and what it does. */
export function defineCompile(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  withCompileOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (_options, self: Command) => {
      const flags = self.optsWithGlobals<CompileFlags>();
      const given = self.options.filter((option) => isGiven(self, option)).map(({ long }) => long ?? '');
      finish(await runCompile(flagsForReview(flags, flags.report), given, io));
    });
}

const isGiven = (command: Command, option: Option): boolean =>
  command.getOptionValueSource(option.attributeName()) === 'cli';

async function runCompile(flags: CompileFlags, given: readonly string[], io: Io): Promise<ExitCode> {
  const misused = [...misuse(flags), ...misuseOfGolden(flags, given)];
  if (misused.length > 0) return failed(misused, flags, io);
  if (flags.golden !== undefined) {
    const { compileGolden } = await import('./compile-golden.ts');
    return compileGolden(flags.golden, flags, io);
  }

  const { keep, problems } = collector();
  const sources = keep(await readInputs(flags, io));
  const request = keep(await readRequest(flags, io));

  const progress = progressOn(io);
  const compiled = keep(compile({ ...request, sources, onStep: progress.step }));
  progress.done();
  if (reportProblems(foldCharts(problems, 'compile'), io, flags) || compiled === undefined) return 2;
  const misusedForMode = misuseOfMode(compiled.mode, flags);
  if (misusedForMode.length > 0) return failed(misusedForMode, flags, io);
  reportProblems(summarizeStandIns(compiled.cluster.standIns), io, flags);
  if (flags.verbose === true) explain(compiled, io);
  return deliver(compiled, flags, progress, io);
}

function misuse(flags: CompileFlags): readonly Diagnostic[] {
  const messages: string[] = [];
  if (!namesInput(flags) && flags.golden === undefined) messages.push(NO_INPUT);
  if (flags.check !== undefined && flags.output !== undefined)
    messages.push('--check and -o exclude each other');
  if (flags.report !== undefined && flags.check === undefined) messages.push('--report needs --check');
  if (flags.check === true && flags.golden === undefined)
    messages.push('--check needs a FILE, or --golden DIR');
  if (flags.writeAssignments === true && flags.assignments === undefined) {
    messages.push('--write-assignments needs --assignments FILE');
  }
  return messages.map((message) => diagnostic('usage', message));
}

/** The options that may stand beside `--golden`: its file names all others. */
const BESIDE_GOLDEN: ReadonlySet<string> = new Set([
  '--golden',
  '--check',
  '--report',
  '--verbose',
  '--quiet',
  '--no-color',
  '--diagnostics',
]);

function misuseOfGolden({ golden, check }: CompileFlags, given: readonly string[]): readonly Diagnostic[] {
  if (golden === undefined) return [];
  const messages = given
    .filter((name) => !BESIDE_GOLDEN.has(name))
    .map((name) => `${name} stands in svc2ipt.yaml when --golden is given`);
  if (typeof check === 'string') messages.push('--check takes no file when --golden is given');
  return messages.map((message) => diagnostic('usage', message));
}

function failed(problems: readonly Diagnostic[], flags: CompileFlags, io: Io): ExitCode {
  reportProblems(problems, io, flags);
  return 2;
}

/** Prints details for `-v`: counts, and for each Service where its endpoints come from or why it has none. */
function explain({ manifests, cluster }: Compilation, io: Io): void {
  const lines = cluster.services.map(explainService);
  if (manifests.skipped === 1) lines.push('1 object of a kind that plays no part was skipped');
  else if (manifests.skipped > 1) {
    lines.push(`${manifests.skipped} objects of kinds that play no part were skipped`);
  }
  remarksOf(io).write(lines.map((line) => `${line}\n`).join(''));
}

async function deliver(
  compilation: Compilation,
  flags: CompileFlags,
  progress: Progress,
  io: Io,
): Promise<ExitCode> {
  const { assignments, check, output } = flags;
  if (assignments !== undefined && flags.writeAssignments === true) {
    const unwritten = await attempt(assignments, () =>
      writeAssignments(assignments, compilation.cluster.assignments),
    );
    if (unwritten.length > 0) return failed(unwritten, flags, io);
  }
  progress.step('printing');
  const rendered = outputOf(compilation, flags);
  if (typeof check === 'string') {
    progress.done();
    const { checkOutput } = await import('./compile-check.ts');
    return checkOutput(check, rendered, compilation, flags, io);
  }
  if (output !== undefined && output !== '-') {
    const unwritten = await writeOutput(output, rendered);
    progress.done();
    return unwritten.length > 0 ? failed(unwritten, flags, io) : 0;
  }
  for (const piece of rendered.pieces()) {
    progress.done();
    await writeOut(io.stdout, piece);
  }
  progress.done();
  return 0;
}
