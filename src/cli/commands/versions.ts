import { type Command, Option } from 'commander';
import { describeDialects } from '../../dialect/describe.ts';
import { type ExitCode, type Io } from '../io.ts';

const EXAMPLES = `
Examples:
  svc2ipt versions
  svc2ipt versions -o json | jq '.[] | select(.version == "1.24").changes'
`;

/** Adds \`svc2ipt versions\`. */
export function addVersions(program: Command, io: Io, finish: (code: ExitCode) => void): void {
  program
    .command('versions')
    .description('List the kube-proxy versions and what each changed in the rules')
    .addOption(new Option('-o, --output <form>', 'text or json').choices(['text', 'json']).default('text'))
    .addHelpText('after', EXAMPLES)
    .action((options: { readonly output: string }) => {
      const dialects = describeDialects();
      io.stdout.write(
        options.output === 'json' ? `${JSON.stringify(dialects, null, 2)}\n` : dialects.map(asText).join(''),
      );
      finish(0);
    });
}

function asText(dialect: ReturnType<typeof describeDialects>[number]): string {
  const origin =
    dialect.captured === undefined ? 'read from source' : `captured from a run of ${dialect.captured}`;
  const changes = dialect.changes.map(({ change }) => `  - ${change}\n`);
  return `${dialect.version} (${origin})\n${changes.length === 0 ? '  no change in the rules\n' : changes.join('')}`;
}
