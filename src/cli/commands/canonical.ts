import { type Command } from 'commander';
import { canonicalRules } from '../../modes/iptables/compare/canonical.ts';
import { readDump } from '../../modes/iptables/read-dump.ts';
import { printSave } from '../../netfilter/iptables/print.ts';
import { type ExitCode, type Io } from '../io.ts';
import { readSource } from '../read-inputs.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';

const EXAMPLES = `
Examples:
  svc2ipt canonical node.dump
  echo '*.save diff=iptables' >> .gitattributes
  git config diff.iptables.textconv 'svc2ipt canonical'
`;

/** Gives `svc2ipt canonical` its options and what it does. */
export function defineCanonical(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  command
    .argument('<dump>', 'output of iptables-save, iptables -S or iptables -L, or - for stdin')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, _options, self: Command) => {
      finish(await runCanonical(path, self.optsWithGlobals<ReportFlags>(), io));
    });
}

async function runCanonical(path: string, flags: ReportFlags, io: Io): Promise<ExitCode> {
  const source = await readSource(path, io);
  const dump = source.value && readDump(source.value);
  const hasFailed = reportProblems([...source.problems, ...(dump?.problems ?? [])], io, flags);
  if (hasFailed || dump?.value === undefined) return 2;
  io.stdout.write(printSave(canonicalRules(dump.value)));
  return 0;
}
