import { type Command, Option } from 'commander';
import { type Version } from '../dialect/version.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { TRACED_MODES } from '../trace/node.ts';
import { collect, readVersion } from './options.ts';

/** Options that compare with another kube-proxy or other manifests instead of a node. */
export interface AgainstFlags {
  readonly againstVersion?: Version;
  readonly againstConfig?: string;
  readonly againstFilename?: readonly string[];
  readonly againstMode?: string;
  readonly behaviour?: boolean;
}

/** `--behaviour`, `--against-version` and the like. */
export function withAgainst(command: Command): Command {
  return command
    .option('--behaviour', 'compare what becomes of packets instead of rules')
    .addOption(
      new Option(
        '--against-version <minor>',
        'compare with the same cluster under this kube-proxy, not with a node',
      ).argParser(readVersion),
    )
    .option('--against-config <file>', 'the same under this KubeProxyConfiguration')
    .option('--against-filename <path>', 'the same with these manifests; repeatable', collect)
    .addOption(new Option('--against-mode <mode>', 'the same in this proxy mode').choices(TRACED_MODES));
}

/** Returns true when compiled rules are compared instead of the rules of a node. */
export const isAgainst = ({
  againstVersion,
  againstConfig,
  againstFilename,
  againstMode,
}: AgainstFlags): boolean =>
  [againstVersion, againstConfig, againstFilename, againstMode].some((value) => value !== undefined);

/** The other flags on which the use of these options depends. */
interface OtherFlags {
  readonly filename?: readonly string[];
  readonly golden?: string;
  readonly live?: string;
  readonly table?: readonly unknown[];
  readonly part?: readonly unknown[];
  readonly output: string;
}

/** What is wrong with the use of these options. */
export function againstMisuse(flags: AgainstFlags & OtherFlags): readonly Diagnostic[] {
  const { behaviour, againstFilename, golden, live, table, part, output } = flags;
  const messages: string[] = [];
  if (isAgainst(flags)) {
    if (live !== undefined)
      messages.push('--live and --against-... exclude each other: both name the other side');
    if (golden !== undefined && againstFilename === undefined)
      messages.push('--golden has no manifests to compile again: name some with --against-filename');
  }
  if (behaviour === true && table !== undefined)
    messages.push('--behaviour needs all tables: packets pass every one of them');
  if (behaviour === true && part !== undefined)
    messages.push('--behaviour needs all parts: each has its say in what becomes of packets');
  if (behaviour === true && output !== 'text' && output !== 'json')
    messages.push('--behaviour tells of packets, not of rules: it has the forms text and json');
  return messages.map((message) => diagnostic('usage', message));
}
