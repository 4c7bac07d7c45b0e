import { Command, CommanderError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { diagnostic } from '../diagnostics/diagnostic.ts';
import { COMMANDS } from './commands.ts';
import { type ExitCode, type Io, NOWHERE } from './io.ts';
import { DIAGNOSTICS_FORMS, type ReportFlags, reportProblems } from './report-problems.ts';
import { usageMessage } from './usage-message.ts';

/**
 * Runs one command line (without `node` and the script). Never throws: a bug is also reported in one line.
 */
export async function main(argv: readonly string[], outside: Io): Promise<ExitCode> {
  const io = { ...outside, argv, ...(isQuiet(argv) && { remarks: NOWHERE }) };
  let code: ExitCode = 0;
  const finish = (result: ExitCode): void => {
    code = result;
  };
  try {
    const program = buildProgram(io, earlyFlags(argv));
    await addCommands(program, argv, io, finish);
    await program.parseAsync(withoutUnknownTopic(argv), { from: 'user' });
    return code;
  } catch (error) {
    // commander has printed what is wrong with the usage, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const told = diagnostic('bug', `this is a bug in svc2ipt: ${describe(error, io)}`);
    reportProblems([told], io, earlyFlags(argv));
    return 2;
  }
}

/** commander answers `help WORD` for a word that is no command as if no word was there. The word alone is refused. */
const withoutUnknownTopic = (argv: readonly string[]): readonly string[] => {
  const [first, topic = '-'] = argv;
  const isTopic = topic === 'help' || topic.startsWith('-') || COMMANDS.some(({ name }) => name === topic);
  return first === 'help' && !isTopic ? argv.slice(1) : argv;
};

function describe(error: unknown, io: Io): string {
  if (!(error instanceof Error)) return String(error);
  const wantsStack = io.env['SVC2IPT_DEBUG'] !== undefined;
  return wantsStack ? (error.stack ?? error.message) : `${error.message} (SVC2IPT_DEBUG=1 tells more)`;
}

/** Reads from the command line whether the user wants to be left alone, before it is checked. */
const isQuiet = (argv: readonly string[]): boolean => argv.includes('--quiet') || argv.includes('-q');

function buildProgram(io: Io, flags: ReportFlags): Command {
  const { program: name = 'svc2ipt' } = io;
  const program = new Command(name);
  return program
    .description('Kubernetes manifests in, the exact iptables-save of a kube-proxy node out')
    .version(packageJson.version, '--version')
    .option('-v, --verbose', 'say more on standard error')
    .option('-q, --quiet', 'say only what is wrong on standard error: no warnings, notes or progress')
    .option('--no-color', 'no colours; NO_COLOR and FORCE_COLOR are honoured, too')
    .exitOverride()
    .showHelpAfterError(flags.diagnostics === 'text' ? '(--help tells more)' : false)
    .configureOutput({
      // Only help and versions go this way: examples are to be copied.
      writeOut: (text) => io.stdout.write(text.replace(/(?<![\w./-]|kubectl )svc2ipt(?= [a-z-])/g, name)),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text) => {
        reportProblems([diagnostic('usage', usageMessage(text, program, io.argv ?? []))], io, flags);
      },
    });
}

/** Adds all commands by name. Loads the code only for commands that the command line may name. */
async function addCommands(
  program: Command,
  argv: readonly string[],
  io: Io,
  finish: (code: ExitCode) => void,
): Promise<void> {
  const all = COMMANDS.some(({ name, needsAll }) => needsAll === true && argv[0] === name);
  for (const { name, summary, load, hidden = false } of COMMANDS) {
    const command = program.command(name, { hidden }).description(summary);
    if (all || argv.includes(name)) (await load())(command, io, finish);
    command
      .option('-v, --verbose', 'say more on standard error')
      .option('-q, --quiet', 'say only what is wrong on standard error')
      .option('--no-color', 'no colours')
      .addOption(diagnosticsOption())
      .copyInheritedSettings(program);
  }
}

/** Reads from the command line how to print messages, before the command line itself is checked. */
export function earlyFlags(argv: readonly string[]): ReportFlags {
  const asked = DIAGNOSTICS_FORMS.find((form) =>
    argv.some(
      (word, index) =>
        word === `--diagnostics=${form}` || (word === '--diagnostics' && argv[index + 1] === form),
    ),
  );
  return { color: !argv.includes('--no-color'), diagnostics: asked ?? 'text' };
}

const diagnosticsOption = (): Option =>
  new Option(
    '--diagnostics <form>',
    'errors and warnings as text; as json: all of them, one object a line; or as github annotations',
  )
    .choices([...DIAGNOSTICS_FORMS])
    .default('text');
