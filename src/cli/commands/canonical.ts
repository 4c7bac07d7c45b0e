import { type Command } from 'commander';
import { COMPARED_MODES } from '../../modes/compared-modes.ts';
import { type ModeName, MODES } from '../../modes/modes.ts';
import { joinPieces } from '../../text/pieces.ts';
import { type ExitCode, type Io } from '../io.ts';
import { type DumpIn, readDumpFiles } from '../node-dump.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';
import { printableLines } from '../../text/printable.ts';

const EXAMPLES = `
Examples:
  svc2ipt canonical node.dump
  echo '*.save diff=iptables' >> .gitattributes
  git config diff.iptables.textconv 'svc2ipt canonical'
`;

/** Gives `svc2ipt canonical` its options and what it does. */
export function defineCanonical(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  command
    .argument(
      '<dump>',
      'output of iptables-save, iptables -S, iptables -L or nft list ruleset, or - for stdin',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, _options, self: Command) => {
      finish(await runCanonical(path, self.optsWithGlobals<ReportFlags>(), io));
    });
}

async function runCanonical(path: string, flags: ReportFlags, io: Io): Promise<ExitCode> {
  const { value, problems } = await readDumpFiles([path], { ipFamily: 'IPv4' }, io);
  if (reportProblems(problems, io, flags) || value === undefined) return 2;
  io.stdout.write(printableLines(canonicalText(value)));
  return 0;
}

function canonicalText<Name extends ModeName>({ mode, dump }: DumpIn<Name>): string {
  const { canonical, modelOf, print } = COMPARED_MODES[mode];
  const { parts, partOption } = MODES[mode];
  return joinPieces(print(canonical(modelOf(dump)), partOption === '--part' ? { parts } : {}));
}
