import { type Command } from 'commander';
import { type ExitCode, type Io } from './io.ts';

/** Gives a command its options and what it does; `finish` takes the exit code. */
export type DefineCommand = (command: Command, io: Io, finish: (code: ExitCode) => void) => void;

/**
 * A command by its name. Its code is loaded only when the command line names it, so that the program starts
 * fast.
 */
export interface CommandEntry {
  readonly name: string;
  /** One line of `svc2ipt --help`. */
  readonly summary: string;
  readonly load: () => Promise<DefineCommand>;
  /** Tells of all commands, so that the code of all must be there. */
  readonly needsAll?: true;
  /** Programs call it, not people. */
  readonly hidden?: true;
}

/** All commands, in the order of `svc2ipt --help`. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'compile',
    summary: 'Print the iptables-save, or the nft list, of a kube-proxy node for Kubernetes manifests',
    load: async () => (await import('./commands/compile.ts')).defineCompile,
  },
  {
    name: 'diff',
    summary:
      'Tell whether a node is programmed as the cluster says, and if not, which Service is wrong and how',
    load: async () => (await import('./commands/diff.ts')).defineDiff,
  },
  {
    name: 'canonical',
    summary:
      "Print kube-proxy's chains of a dump in one fixed form: two dumps that mean the same read the same",
    load: async () => (await import('./commands/canonical.ts')).defineCanonical,
  },
  {
    name: 'lint',
    summary: 'Tell what the API server would reject, and what it would accept but no one wants',
    load: async () => (await import('./commands/lint.ts')).defineLint,
  },
  {
    name: 'trace',
    summary: 'Tell where a packet goes: the rules that it passes and every outcome with its probability',
    load: async () => (await import('./commands/trace.ts')).defineTrace,
  },
  {
    name: 'list',
    summary: 'List Services with their addresses, chains, endpoints and shares, or tell whose a chain is',
    load: async () => (await import('./commands/list.ts')).defineList,
  },
  {
    name: 'decompile',
    summary: "Print the Services and EndpointSlices that explain a node's rules",
    load: async () => (await import('./commands/decompile.ts')).defineDecompile,
  },
  {
    name: 'explain',
    summary: 'Tell what the code of a message means, with an example and the remedy; without one, list all',
    load: async () => (await import('./commands/explain.ts')).defineExplain,
  },
  {
    name: 'graph',
    summary: 'Draw the way from the addresses of Services to their endpoints, with the share of each',
    load: async () => (await import('./commands/graph.ts')).defineGraph,
  },
  {
    name: 'names',
    summary:
      'Print the names under which Services are found: DNS records, a hosts file, environment variables',
    load: async () => (await import('./commands/names.ts')).defineNames,
  },
  {
    name: 'versions',
    summary: 'List the kube-proxy versions and what each changed in the rules',
    load: async () => (await import('./commands/versions.ts')).defineVersions,
  },
  {
    name: 'completion',
    summary: 'Print a script that completes command lines of svc2ipt in bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).defineCompletion,
  },
  {
    name: 'completion-server',
    summary: 'Print what can follow on a command line; the scripts of completion call it',
    load: async () => (await import('./commands/completion.ts')).defineCompletionServer,
    needsAll: true,
    hidden: true,
  },
  {
    name: 'man',
    summary: 'Print the manual page',
    load: async () => (await import('./commands/man.ts')).defineMan,
    needsAll: true,
  },
];
