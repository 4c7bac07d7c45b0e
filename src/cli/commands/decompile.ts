import { type Command } from 'commander';
import { type Decompiled, decompile } from '../../decompile/decompile.ts';
import { type ExplainedModeName } from '../../decompile/explained-modes.ts';
import { printConfiguration, printManifests } from '../../decompile/print.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { hashesOf } from '../../modes/iptables/recognise/live-ports.ts';
import { isOfIpvs } from '../../modes/ipvs/read-dump.ts';
import { isNft } from '../../netfilter/nftables/read-nft.ts';
import { type IpFamily } from '../../text/ip.ts';
import { type Source } from '../../text/source.ts';
import { type ExitCode, type Io } from '../io.ts';
import { readNames } from '../names-file.ts';
import { familyOption } from '../options.ts';
import { type DumpIn, readIn } from '../node-dump.ts';
import { progressOn } from '../progress.ts';
import { fileProblem, readSource } from '../read-inputs.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';
import { writeWhole } from '../write-whole.ts';

interface DecompileFlags extends ReportFlags {
  readonly configOut?: string;
  readonly names?: string;
  readonly nodeName: string;
  readonly ipFamily: IpFamily;
}

const EXAMPLES = `
Examples:
  svc2ipt decompile node-1.dump > services.yaml
  sudo iptables-save | svc2ipt decompile - --config-out kube-proxy.yaml > services.yaml

The result is compiled again and compared with the dump. Rules of other software are left alone. What rules do not hold
is not there: selectors, names of target ports, endpoints that are not used, headless Services.

Exit codes: 0 every rule of kube-proxy is explained, 1 some are not (standard error names them), 2 bad usage or input.
`;

/** Gives `svc2ipt decompile` its options and what it does. */
export function defineDecompile(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  command
    .argument('<dump>', 'rules of a node: output of iptables-save or nft, or - for stdin')
    .option('--config-out <file>', 'write the KubeProxyConfiguration that goes with them')
    .option(
      '--names <file>',
      'names to try where comments are missing: lines NAMESPACE/NAME:PORT, or manifests',
    )
    .option('--node-name <name>', 'what the node is called, which no rule tells', 'this-node')
    .addOption(familyOption())
    .addHelpText('after', EXAMPLES)
    .action(async (dump: string, _options, self: Command) => {
      finish(await runDecompile(dump, self.optsWithGlobals<DecompileFlags>(), io));
    });
}

function readExplained(source: Source, ipFamily: IpFamily): Outcome<DumpIn<ExplainedModeName> | undefined> {
  if (isOfIpvs(source)) return { value: undefined, problems: [NAMELESS] };
  return isNft(source) ? readIn('nftables', source, ipFamily) : readIn('iptables', source, ipFamily);
}

const NAMELESS = diagnostic(
  'node-other-mode',
  'what a node of mode ipvs holds names no Service, so that it cannot be decompiled: svc2ipt list shows it',
);

const NODE_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

async function runDecompile(path: string, flags: DecompileFlags, io: Io): Promise<ExitCode> {
  const misused = misuse(path, flags);
  if (misused.length > 0) return failed(misused, flags, io);
  const source = await readSource(path, io);
  const names = await readNames(flags.names, io);
  const dump = source.value && readExplained(source.value, flags.ipFamily);
  const problems = [...source.problems, ...names.problems, ...(dump?.problems ?? [])];
  if (reportProblems(problems, io, flags) || dump?.value === undefined) return 2;
  const progress = progressOn(io);
  progress.step('explaining rules');
  const explained = decompile(dump.value.mode, dump.value.dump, {
    nodeName: flags.nodeName,
    names: hashesOf(names.value),
  });
  progress.done();
  if (reportProblems(explained.problems, io, flags) || explained.value === undefined) return 2;
  return deliver(explained.value, path, flags, io);
}

function misuse(path: string, { nodeName, names, configOut }: DecompileFlags): readonly Diagnostic[] {
  const messages: string[] = [];
  if (!NODE_NAME.test(nodeName))
    messages.push(`--node-name ${nodeName}: it consists of lower case letters, digits, - and .`);
  if (path === '-' && names === '-') messages.push('standard input can be read only once');
  if (configOut === '-')
    messages.push('--config-out -: the manifests are printed there; give the name of a file');
  return messages.map((message) => diagnostic('usage', message));
}

function failed(problems: readonly Diagnostic[], flags: DecompileFlags, io: Io): ExitCode {
  reportProblems(problems, io, flags);
  return 2;
}

async function deliver(
  decompiled: Decompiled,
  path: string,
  flags: DecompileFlags,
  io: Io,
): Promise<ExitCode> {
  const { configOut } = flags;
  if (configOut !== undefined) {
    try {
      await writeWhole(configOut, printConfiguration(decompiled));
    } catch (error) {
      return failed([fileProblem('file-unwritable', configOut, error)], flags, io);
    }
  }
  const files = { dump: path === '-' ? '<stdin>' : path, config: configOut ?? 'CONFIG' };
  io.stdout.write(printManifests(decompiled, files));
  reportProblems(decompiled.unexplained, io, flags);
  return decompiled.unexplained.length === 0 ? 0 : 1;
}
