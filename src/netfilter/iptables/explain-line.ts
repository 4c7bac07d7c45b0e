/** Explains how a line that iptables did not print may have come about. */

/** The most characters of a line that are looked at: hostile lines stay cheap. */
const MOST_CHARACTERS = 400;

const INCOMPATIBLE_LINE = /[Tt]able [`'"]?[\w-]+'? (?:is incompatible|contains incompatible)/;
const INCOMPATIBLE =
  'The dump is incomplete: iptables could not read this table. See what `nft list ruleset` tells.';

/** iptables' complaint about a table that it could not read; undefined for other lines. */
export const explainIncompatible = (line: string): string | undefined =>
  INCOMPATIBLE_LINE.test(line) ? INCOMPATIBLE : undefined;

/** Matches a statement at the start of a line or after text that was added before it. */
const STATEMENT = String.raw`(?:-[AINP] [A-Z]|:[A-Z][\w-]* (?:-|[A-Z]+)|\[\d+:\d+\] -A |Chain \S+ \(|\*(?:nat|filter|mangle|raw|security)$|COMMIT$)`;

const explainedBy = (pattern: string): RegExp => new RegExp(pattern);

/** Texts that prevent a line from being read, with their explanations, likely ones first. */
const EXPLANATIONS: readonly (readonly [RegExp, string])[] = [
  [/^(?:```|~~~)/, 'A code fence: give the dump without it.'],
  [
    explainedBy(String.raw`^(?:[^\s:]+:)?\d+[:-]\s*(?:${STATEMENT}|#)`),
    'A line number, as grep -n prints it, stands ahead of the rule: take the dump without -n.',
  ],
  [
    explainedBy(String.raw`^[\w./-]+:${STATEMENT}`),
    'A file name, as grep prints it, stands ahead of the rule: take the dump with grep -h.',
  ],
  [
    explainedBy(
      String.raw`^(?:<\d+>|[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[IWEF]\d{4} \d\d:\d\d).*${STATEMENT}`,
    ),
    'The prefix of a log stands ahead of the rule: give the dump without it.',
  ],
  [
    /^(?:-[IRDFXEZ]|--(?:insert|replace|delete|flush|delete-chain|rename-chain|zero))(?: |$)/,
    'This is a command, not a rule that is there: iptables-save and iptables -S print rules as -A.',
  ],
  [
    /^(?:-[a-zA-Z]|--[a-z])/,
    'This is the rest of a rule that was wrapped over several lines: give the dump as iptables-save printed it.',
  ],
  [/^(?:\/\/|;|<!--|\/\*|--)/, 'A comment: give the dump without it, or begin the line with #.'],
  [/^[^|;&<>"'`]{0,100}[#$>]\s+\S/, 'This is no line of a dump: is it a shell prompt?'],
  [
    /^(?:sudo +)?(?:iptables|ip6tables|kubectl|docker|ssh|cat|nsenter)[\w-]* /,
    'This is no line of a dump: is it the command that made it?',
  ],
];

/** Says why the line cannot be read. Returns undefined when no reason is known. */
export function explainLine(line: string): string | undefined {
  const text = line.trim().slice(0, MOST_CHARACTERS);
  return explainIncompatible(text) ?? EXPLANATIONS.find(([pattern]) => pattern.test(text))?.[1];
}
