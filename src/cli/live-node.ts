/** The rules of this very node, in the mode in which kube-proxy runs here. */
import { diagnostic, type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { mentionsOwnChains } from '../modes/iptables/rules/own-rules.ts';
import { readEvidence } from '../modes/iptables/recognise/evidence.ts';
import { isIpvsNode } from '../modes/iptables/recognise/proxy-mode.ts';
import { readIpvsDump } from '../modes/ipvs/read-dump.ts';
import { type Dump } from '../netfilter/iptables/dump.ts';
import { type IpFamily } from '../text/ip.ts';
import { type Source } from '../text/source.ts';
import { liveDump, type LiveOptions, ON_THIS_NODE, PREFIX, whatIsWrong } from './live-dump.ts';
import { inModeOfRules, type NodeDump, readIn } from './node-dump.ts';

/** Lists all tables as JSON: `nft list` prints the same, but takes longer to read. */
const LIST = ['-j', 'list', 'ruleset'] as const;
const COMMAND = `nft ${LIST.join(' ')}`;

/**
 * Dumps the node's rules. Without a mode asked for, the kernel decides: kube-proxy's table stands for mode
 * nftables. Warns of what another mode has left on the node.
 */
export async function liveNode(
  family: IpFamily,
  asked: string | undefined,
  options: LiveOptions = ON_THIS_NODE,
): Promise<Outcome<NodeDump | undefined>> {
  const hasTable = await hasOwnTable(options);
  const isNftables = asked === undefined ? hasTable : asked === 'nftables';
  if (isNftables) return nftablesNode(family, options);
  const { value: dump, problems } = await liveDump(family, options);
  const isIpvs =
    asked === 'ipvs' || (asked === undefined && dump !== undefined && isIpvsNode(readEvidence(dump)));
  if (isIpvs && dump !== undefined) return ipvsNode(family, dump, problems, options);
  const warnings = hasTable && dump !== undefined && asked !== undefined ? [TABLE_LEFT] : [];
  return { value: dump && inModeOfRules(dump), problems: [...problems, ...warnings] };
}

const TABLE_LEFT = diagnostic(
  'node-two-backends',
  'tables kube-proxy of mode nftables are on this node, too: they are left over, or kube-proxy runs in that mode',
);

async function hasOwnTable({ run }: LiveOptions): Promise<boolean> {
  const { failure, stdout } = await run('nft', ['list', 'tables']);
  return failure === undefined && /^table ip6? kube-proxy$/m.test(stdout);
}

async function nftablesNode(family: IpFamily, options: LiveOptions): Promise<Outcome<NodeDump | undefined>> {
  const result = await options.run('nft', LIST);
  const wrong = whatIsWrong(COMMAND, result);
  if (wrong !== undefined) return { value: undefined, problems: [diagnostic('node-unreadable', wrong)] };
  const { value, problems } = readIn('nftables', { name: `<${COMMAND}>`, text: result.stdout }, family);
  return { value, problems: [...problems, ...(await legacyLeftovers(family, options))] };
}

/** Tables of iptables-nft are among those of nft, but those of iptables-legacy are not. */
async function legacyLeftovers(family: IpFamily, { run }: LiveOptions): Promise<readonly Diagnostic[]> {
  const program = `${PREFIX[family]}-legacy-save`;
  const { failure, stdout } = await run(program);
  if (failure !== undefined || !mentionsOwnChains(stdout)) return [];
  const message =
    `kube-proxy runs in mode nftables on this node, but ${program} prints chains of Kubernetes, too: ` +
    'what kube-proxy left there in mode iptables may take traffic of Services';
  return [diagnostic('node-two-backends', message)];
}

/** What a node of mode ipvs is asked beside its rules. */
const IPVS_TOOLS: readonly (readonly [program: string, options: readonly string[]])[] = [
  ['ipset', ['save']],
  ['ipvsadm', ['-S', '-n']],
  ['ip', ['-j', 'addr', 'show', 'kube-ipvs0']],
];

/** Asks the other tools of mode ipvs. Warns of each that gives no answer: that part is not compared. */
async function ipvsNode(
  family: IpFamily,
  rules: Dump,
  said: readonly Diagnostic[],
  { run }: LiveOptions,
): Promise<Outcome<NodeDump | undefined>> {
  const problems = said.filter(({ code }) => code !== 'node-without-rules');
  const sources: Source[] = [];
  for (const [program, options] of IPVS_TOOLS) {
    const command = [program, ...options].join(' ');
    const result = await run(program, options);
    if (result.failure === undefined) sources.push({ name: `<${command}>`, text: result.stdout });
    else {
      const message = `${whatIsWrong(command, result) ?? ''}: that part is not compared`;
      problems.push({ ...diagnostic('node-unreadable', message), severity: 'warning' });
    }
  }
  const { value: dump, problems: wrong } = readIpvsDump(sources, family, rules);
  const answered = (program: string): boolean => sources.some(({ name }) => name.startsWith(`<${program} `));
  // A tool that prints nothing has nothing to tell.
  const value = dump && {
    ...dump,
    sets: dump.sets ?? (answered('ipset') ? [] : undefined),
    servers: dump.servers ?? (answered('ipvsadm') ? [] : undefined),
    addresses: dump.addresses ?? (answered('ip') ? [] : undefined),
  };
  return { value: value && { mode: 'ipvs', dump: value }, problems: [...problems, ...wrong] };
}
