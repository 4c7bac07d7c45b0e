/** The rules of this very node, read by its own iptables-save. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isTorn } from '../modes/iptables/compare/torn.ts';
import { ownChains } from '../modes/iptables/compare/rule-index.ts';
import { mentionsOwnChains } from '../modes/iptables/rules/own-rules.ts';
import { type Dump } from '../netfilter/iptables/dump.ts';
import { readDump } from '../modes/iptables/read-dump.ts';
import { type IpFamily } from '../text/ip.ts';
import { diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type ProgramResult, type RunProgram, runProgram } from './run-program.ts';

/** How the programs of each family begin. */
export const PREFIX: Readonly<Record<IpFamily, string>> = { IPv4: 'iptables', IPv6: 'ip6tables' };

/** kube-proxy writes its rules within this many milliseconds, mostly. */
const SYNC_TIME = 1000;

/** The outside world, as far as it is needed to dump rules. */
export interface LiveOptions {
  readonly run: RunProgram;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Runs the programs of this machine. */
export const ON_THIS_NODE: LiveOptions = { run: runProgram, wait: (milliseconds) => sleep(milliseconds) };

/**
 * Dumps the node's rules: every table that kube-proxy uses, one without rules as an empty one; once more when caught in
 * the middle of a sync. Both backends are looked at: the one that holds kube-proxy's rules counts. Errors: no right, no
 * program, no rules. Warnings: rules in both backends; an unused iptables mode.
 */
export async function liveDump(
  family: IpFamily,
  { run, wait }: LiveOptions = ON_THIS_NODE,
): Promise<Outcome<Dump | undefined>> {
  const program = `${PREFIX[family]}-save`;
  const first = await run(program);
  if (first.failure === undefined && first.stdout.trim() === '') {
    const other = await firstWithRules(family, run);
    if (other !== undefined) return other;
  }
  let read = readResult(program, first, family);
  if (read.value !== undefined && isTorn(read.value)) {
    await wait(SYNC_TIME);
    read = readResult(program, await run(program), family);
  }
  if (read.value === undefined) return read;
  const chosen = await chooseBackend(read.value, family, run);
  return { value: withAllTables(chosen.value), problems: [...read.problems, ...chosen.problems] };
}

function readResult(program: string, result: ProgramResult, family: IpFamily): Outcome<Dump | undefined> {
  const wrong = whatIsWrong(program, result);
  if (wrong !== undefined) return { value: undefined, problems: [diagnostic('node-unreadable', wrong)] };
  return readDump({ name: `<${program}>`, text: result.stdout }, family);
}

/**
 * Returns the first dump that holds rules: when iptables-save prints nothing, the other backend may hold
 * them.
 */
async function firstWithRules(
  family: IpFamily,
  run: RunProgram,
): Promise<Outcome<Dump | undefined> | undefined> {
  for (const backend of ['legacy', 'nft']) {
    const program = `${PREFIX[family]}-${backend}-save`;
    const result = await run(program);
    if (result.failure !== undefined || !mentionsOwnChains(result.stdout)) continue;
    const { value, problems } = readDump({ name: `<${program}>`, text: result.stdout }, family);
    const warning = diagnostic('node-two-backends', inOtherBackend(family, program));
    return { value: value && withAllTables(value), problems: [warning, ...problems] };
  }
  return undefined;
}

const inOtherBackend = (family: IpFamily, program: string): string =>
  `kube-proxy's chains are in the tables that ${program} prints, not in those of ${PREFIX[family]}-save`;

/** Adds the missing tables as empty tables: iptables-save prints every table that is not empty. */
function withAllTables(dump: Dump): Dump {
  const place = dump.tables[0]?.place ?? { file: '<iptables-save>', line: 1, column: 1 };
  const missing = TABLES.filter((name) => dump.tables.every((table) => table.name !== name));
  const empty = missing.map((name) => ({ name, place, chains: [], complete: true }));
  return { ...dump, tables: [...dump.tables, ...empty] };
}

const TABLES = ['mangle', 'filter', 'nat'] as const;

/** Returns what went wrong and what the user can do, or undefined when the command ran well. */
export function whatIsWrong(command: string, { stdout, stderr, failure }: ProgramResult): string | undefined {
  const instead = `or take a dump on the node (sudo ${command} > node.dump) and give it with --live node.dump`;
  const [program = ''] = command.split(' ');
  const said = stderr.trim().split('\n')[0] ?? '';
  if (failure === 'not-found')
    return `${program} is not on this machine: run svc2ipt on the node, ${instead}`;
  if (failure === 'timeout')
    return `${program} gave no answer within a minute${program === 'nft' ? '' : ': is the xtables lock held?'}`;
  if (failure === 'too-much-output') return `${program} printed more than can be read`;
  if (failure === 'not-allowed' || /permission denied|operation not permitted|must be root/i.test(said)) {
    return `${program} may only be run by root: run svc2ipt with sudo, ${instead}`;
  }
  if (failure !== undefined) return `${program} failed: ${said === '' ? 'it said nothing' : said}`;
  if (stdout.trim() !== '') return undefined;
  return `${program} printed nothing: this node has no iptables rules, or you may not see them (then use sudo)`;
}

/** Chooses between the two backends: kube-proxy may use the one that `iptables-save` does not read. */
async function chooseBackend(dump: Dump, family: IpFamily, run: RunProgram): Promise<Outcome<Dump>> {
  const isNft = dump.tables[0]?.tool?.backend === 'nf_tables';
  const program = `${PREFIX[family]}-${isNft ? 'legacy' : 'nft'}-save`;
  const result = await run(program);
  const hasOther = result.failure === undefined && mentionsOwnChains(result.stdout);
  const other = hasOther ? readDump({ name: `<${program}>`, text: result.stdout }, family) : undefined;
  if (other?.value === undefined || hasErrors(other.problems) || countChains(other.value) === 0) {
    return countChains(dump) > 0 ? { value: dump, problems: [] } : withoutRules(dump, run);
  }
  const usesOther = countChains(other.value) > countChains(dump);
  const both = countChains(dump) > 0;
  const used = usesOther ? program : `${PREFIX[family]}-save`;
  const message = both
    ? `legacy and nft tables both hold chains of kube-proxy's: those that ${used} prints are compared, the others are left over or in its way`
    : inOtherBackend(family, program);
  return { value: usesOther ? other.value : dump, problems: [diagnostic('node-two-backends', message)] };
}

const countChains = (dump: Dump): number => dump.tables.reduce((sum, table) => sum + ownChains(table), 0);

/**
 * Handles a dump without kube-proxy's rules: iptables-save does not show the rules of kube-proxy's nftables
 * mode.
 */
async function withoutRules(dump: Dump, run: RunProgram): Promise<Outcome<Dump>> {
  const { failure, stdout } = await run('nft', ['list', 'tables']);
  const isNftables = failure === undefined && /^table ip6? kube-proxy$/m.test(stdout);
  const message = isNftables
    ? 'kube-proxy runs in nftables mode on this node: it has no iptables rules to compare'
    : "there are no chains of kube-proxy's on this node: does it run here, and in iptables mode?";
  const code = isNftables ? 'node-other-mode' : 'node-without-rules';
  return { value: dump, problems: [diagnostic(code, message)] };
}
