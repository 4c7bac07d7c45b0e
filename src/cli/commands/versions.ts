import { type Command, Option } from 'commander';
import { describeDialects, type DialectDescription } from '../../dialect/describe.ts';
import { OLDEST } from '../../dialect/version.ts';
import { MODE_NAMES } from '../../modes/modes.ts';
import { type ExitCode, type Io } from '../io.ts';

const EXAMPLES = `
A dialect speaks for the release that was captured from a real run or, where there is none, for the last patch release
of its minor. Patch releases that changed rules are told where they did. Changes of one proxy mode alone say which; with
--mode only the releases that have the mode are told, and what changed for it.

Examples:
  svc2ipt versions
  svc2ipt versions --mode nftables
  svc2ipt versions -o json | jq '.[] | select(.version == "1.24").changes'
`;

/** Gives `svc2ipt versions` its options and what it does. */
export function defineVersions(command: Command, io: Io, finish: (code: ExitCode) => void): void {
  command
    .addOption(new Option('-o, --output <form>', 'text or json').choices(['text', 'json']).default('text'))
    .addOption(new Option('--mode <mode>', 'tell only of this proxy mode').choices(MODE_NAMES))
    .addHelpText('after', EXAMPLES)
    .action((options: { readonly output: string; readonly mode?: string }) => {
      const dialects = describeDialects(options.mode);
      io.stdout.write(
        options.output === 'json' ? `${JSON.stringify(dialects, null, 2)}\n` : dialects.map(asText).join(''),
      );
      finish(0);
    });
}

function asText(dialect: DialectDescription): string {
  const { version, captured, modeChanges, changes, patchReleases } = dialect;
  const origin = captured === undefined ? 'read from source' : `captured from a run of ${captured}`;
  const patchOf = new Map(patchReleases.map(({ feature, release }) => [feature, release]));
  const own = changes.map(({ feature, mode, change }) => {
    const patch = patchOf.get(feature);
    const where = mode === undefined ? '' : `mode ${mode}: `;
    return `${where}${change}${patch === undefined ? '' : ` (from ${patch} on)`}`;
  });
  const told = new Set(changes.map(({ feature }) => feature));
  const patched = patchReleases
    .filter(({ feature }) => !told.has(feature))
    .map(({ release, change, included }) => `from ${release} on${included ? '' : ', not here'}: ${change}`);
  const modes = modeChanges.map(({ change }) => change);
  const lines = [...modes, ...own, ...patched].map((line) => `  - ${line}\n`);
  const none = version === OLDEST ? 'the oldest dialect' : 'no change in the rules';
  return `${version} (${origin})\n${lines.length === 0 ? `  ${none}\n` : lines.join('')}`;
}
