import { Argument, type Command } from 'commander';
import { type CompletionForm, completionOf, formatCompletion, SHELLS } from '../completion.ts';
import { COMPLETION_SCRIPTS } from '../completion-scripts.ts';
import { type ExitCode, type Io } from '../io.ts';

const EXAMPLES = `
Examples:
  svc2ipt completion bash > ~/.local/share/bash-completion/completions/svc2ipt
  svc2ipt completion zsh > "\${fpath[1]}/_svc2ipt"
  svc2ipt completion fish > ~/.config/fish/completions/svc2ipt.fish
`;

/** Gives `svc2ipt completion` its argument and what it does. */
export function defineCompletion(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  command
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices([...SHELLS]))
    .addHelpText('after', EXAMPLES)
    .action((shell: (typeof SHELLS)[number]) => {
      io.stdout.write(COMPLETION_SCRIPTS[shell]);
      finish(0);
    });
}

/**
 * Gives the hidden command that the scripts call its arguments and what it does. The scripts tell in variables which
 * word is to be completed, and for which shell; kubectl hands over just the words, the last one being the one.
 */
export function defineCompletionServer(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  command.argument('[words...]').action((words: readonly string[]) => {
    const { COMP_CWORD, SHELL } = io.env;
    const form: CompletionForm =
      COMP_CWORD === undefined ? 'kubectl' : (SHELLS.find((shell) => shell === SHELL) ?? 'bash');
    const at =
      form === 'kubectl' ? words.length - 1 : form === 'fish' ? wordInFish(words, io) : Number(COMP_CWORD);
    const before = words.slice(form === 'kubectl' ? 0 : 1, Math.max(at, 0));
    const program = command.parent ?? command;
    io.stdout.write(formatCompletion(completionOf(program, before, words[at] ?? ''), form));
    finish(0);
  });
}

/** fish counts words from 1 and leaves out an empty last one; only the place of the cursor tells of it. */
function wordInFish(words: readonly string[], { env }: Io): number {
  const isAfterSpace = Number(env['COMP_POINT']) > words.join(' ').length;
  return isAfterSpace ? words.length : words.length - 1;
}
