/** A manual page in the language of man(7), made of what `--help` prints. */
import { type Command } from 'commander';

/** The manual page of the program and all its commands. */
export function manPage(program: Command, version: string): string {
  const commands = program.createHelp().visibleCommands(program);
  return [
    `.TH SVC2IPT 1 "" "svc2ipt ${version}" "User Commands"`,
    // No hyphen may be put into words: names of options must be found as they are.
    '.nh',
    '.ad l',
    '.SH NAME',
    ...paragraph(`svc2ipt - ${program.description()}`),
    '.SH SYNOPSIS',
    '.B svc2ipt',
    '.I command',
    escaped('[options]'),
    '.SH OPTIONS',
    ...optionsOf(program),
    '.SH COMMANDS',
    ...commands.filter((command) => command.name() !== 'help').flatMap(sectionOf),
    '.SH EXIT STATUS',
    ...item('0', 'Done, nothing found.'),
    ...item('1', 'A difference or a finding.'),
    ...item('2', 'Bad usage or bad input, nothing written.'),
    '.SH ENVIRONMENT',
    ...item('NO_COLOR, FORCE_COLOR', 'Whether output is in colours, whatever it goes to.'),
    ...item('SVC2IPT_DEBUG', 'Tells more of a mistake of svc2ipt itself.'),
    '',
  ].join('\n');
}

function sectionOf(command: Command): readonly string[] {
  const help = command.createHelp();
  return [
    `.SS ${escaped(command.name())}`,
    ...paragraph(command.description()),
    '.PP',
    '.nf',
    `.B ${escaped(help.commandUsage(command))}`,
    '.fi',
    ...command.registeredArguments.flatMap((argument) =>
      item(help.argumentTerm(argument), help.argumentDescription(argument)),
    ),
    ...optionsOf(command),
    ...remarksOf(command),
  ];
}

function optionsOf(command: Command): readonly string[] {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .flatMap((option) => item(help.optionTerm(option), help.optionDescription(option)));
}

const item = (term: string, text: string): readonly string[] => [
  '.TP',
  `.B ${escaped(term)}`,
  ...paragraph(text),
];

/** Sources of manual pages have short lines. */
const LONGEST_LINE = 78;

/** Text whose lines roff fills, itself in lines that are not too long. */
function paragraph(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).map(escaped)) {
    if (line !== '' && line.length + 1 + word.length > LONGEST_LINE) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** What the help of a command says after its options: examples and more. */
function remarksOf(command: Command): readonly string[] {
  const before = { ...command.configureOutput() };
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part) });
  command.outputHelp();
  command.configureOutput(before);
  const lines = text.slice(command.helpInformation().length).trim().split('\n').map(escaped);
  return lines.join('') === ''
    ? []
    : ['.PP', '.nf', ...lines.map((line) => (line === '' ? '.sp' : line)), '.fi'];
}

/** Text as roff prints it: no escapes, no requests at the beginning of a line, minus signs and no hyphens. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^\./, '\\&.');
