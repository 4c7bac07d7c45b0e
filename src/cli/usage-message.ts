import { type Command } from 'commander';

/**
 * Returns what commander says of a wrong command line, as one line. Says more where people often go wrong: names
 * that a shell made of `*.yaml` and that no option takes, and options without a command.
 */
export function usageMessage(text: string, program: Command, argv: readonly string[]): string {
  const message = text
    .trim()
    .replace(/^error: /, '')
    .replaceAll('\n', ' ');
  const excess = /^too many arguments for '(.*)'\. Expected (\d+) /.exec(message);
  if (excess !== null) return excessMessage(program, excess[1], Number(excess[2])) ?? message;
  const namesCommand = program.commands.some((command) => argv.includes(command.name()));
  if (namesCommand || !message.startsWith('unknown option ')) return message;
  return `${message}: options of a command stand behind its name, as in ${program.name()} compile -f FILE`;
}

function excessMessage(program: Command, name: string | undefined, expected: number): string | undefined {
  const command = program.commands.find((one) => one.name() === name);
  const word = command?.args[expected];
  if (command === undefined || word === undefined) return undefined;
  const takesFiles = command.options.some(({ long }) => long === '--filename');
  const remedy = `: each file needs an option of its own, as in -f ${word}, or name their directory`;
  return `unexpected argument '${word}'${takesFiles ? remedy : ''}`;
}
