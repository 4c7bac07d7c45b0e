/** What can follow on a command line, for the completion of a shell. */
import { type Command, type Option } from 'commander';
import { VERSIONS } from '../dialect/version.ts';

/** A word that can follow, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly meaning: string;
}

/** Words, or the names of files, which the shell knows best. */
export type Completion = readonly Candidate[] | 'files';

/** Values of options that are no fixed choices of commander's. */
const VALUES: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['--kube-proxy-version', VERSIONS],
  ['--against-version', VERSIONS],
  ['--ip-family', ['ipv4', 'ipv6']],
]);

/** Names of arguments that are files or directories. */
const FILE = /<(?:path|file|dir|dump)>|\[(?:path|file|dir|dump)\]/;

/** What can stand in place of `current` after the words `before`, the program's name left out. */
export function completionOf(program: Command, before: readonly string[], current: string): Completion {
  // Plain bash makes three words of `--option=value`.
  if (before.at(-1) === '=') return completionOf(program, before.slice(0, -1), current);
  if (current === '=') return completionOf(program, before, '');
  const command = commandOf(program, before);
  const option = optionOf(command, before.at(-1) ?? '');
  if (option !== undefined && (option.required || (option.optional && !current.startsWith('-'))))
    return valuesOf(option, current, '');
  const assigned = /^(--[^=]+)=(.*)$/s.exec(current);
  if (assigned !== null) {
    const [, name = '', value = ''] = assigned;
    const known = optionOf(command, name);
    return known === undefined ? [] : valuesOf(known, value, `${name}=`);
  }
  if (current.startsWith('-')) return startingWith(current, optionsOf(command));
  if (command === program) return startingWith(current, commandsOf(program));
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  if (choices.length > 0) return startingWith(current, choices.map(withoutMeaning));
  return 'files';
}

const withoutMeaning = (word: string): Candidate => ({ word, meaning: '' });

const startingWith = (text: string, candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates.filter(({ word }) => word.startsWith(text));

/** The command that the words name; the program itself before its name is there. */
function commandOf(program: Command, words: readonly string[]): Command {
  return (
    words
      .map((word) => program.commands.find((command) => command.name() === word))
      .find((command) => command !== undefined) ?? program
  );
}

const optionOf = (command: Command, word: string): Option | undefined =>
  command.options.find(({ short, long }) => word !== '' && (word === long || word === short));

function valuesOf(option: Option, value: string, prefix: string): Completion {
  const words = option.argChoices ?? VALUES.get(option.long ?? '');
  if (words === undefined) return prefix === '' && FILE.test(option.flags) ? 'files' : [];
  return startingWith(
    prefix + value,
    words.map((word) => withoutMeaning(prefix + word)),
  );
}

const optionsOf = (command: Command): readonly Candidate[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ word: long ?? short ?? '', meaning: description }));

const commandsOf = (program: Command): readonly Candidate[] =>
  program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ word: command.name(), meaning: command.summary() || command.description() }));

/** Shells for which there is a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}, or kubectl, which completes its plugins itself. */
export type CompletionForm = (typeof SHELLS)[number] | 'kubectl';

/** The candidates as the script of the shell reads them. */
export function formatCompletion(completion: Completion, form: CompletionForm): string {
  // kubectl reads a number at the end: 0 lets the shell offer files, 4 does not. (ShellCompDirective of cobra)
  if (form === 'kubectl') return completion === 'files' ? ':0\n' : `${lines(completion, form)}:4\n`;
  return completion === 'files' ? '__tabtab_complete_files__\n' : lines(completion, form);
}

const lines = (candidates: readonly Candidate[], form: CompletionForm): string =>
  candidates
    .map(({ word, meaning }) => {
      if (form === 'bash' || meaning === '') return `${form === 'zsh' ? colonless(word) : word}\n`;
      return form === 'zsh' ? `${colonless(word)}:${meaning}\n` : `${word}\t${meaning}\n`;
    })
    .join('');

/** To zsh a colon ends the word. */
const colonless = (word: string): string => word.replaceAll(':', '\\:');
