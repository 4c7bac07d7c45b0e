/** The rules of this very node, in the mode in which kube-proxy runs here. */
import { diagnostic, type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { mentionsOwnChains } from '../modes/iptables/rules/own-rules.ts';
import { type IpFamily } from '../text/ip.ts';
import { liveDump, type LiveOptions, ON_THIS_NODE, PREFIX, whatIsWrong } from './live-dump.ts';
import { type NodeDump, readIn } from './node-dump.ts';

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
  const warnings = hasTable && dump !== undefined && asked !== undefined ? [TABLE_LEFT] : [];
  return { value: dump && { mode: 'iptables', dump }, problems: [...problems, ...warnings] };
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
