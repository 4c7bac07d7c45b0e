/** Options of lint that say in which proxy mode the cluster is, or is to be. */
import { type Command, Option } from 'commander';
import { chooseSettings } from '../config/choose-settings.ts';
import { type KubeProxyFlags } from '../config/kube-proxy-flags.ts';
import { readConfiguration } from '../config/read-configuration.ts';
import { resolveSettings } from '../config/resolve-settings.ts';
import { complain } from '../config/setting.ts';
import { configFactsFor } from '../dialect/config-history.ts';
import { featuresFor } from '../dialect/features.ts';
import { type Version } from '../dialect/version.ts';
import { type Diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type ModeSwitch } from '../lint/input.ts';
import { type Protocol } from '../manifest/types.ts';
import { MODE_NAMES, type ModeName } from '../modes/modes.ts';
import { LONGEST_COMMENT } from '../modes/nftables/rules/names.ts';
import { type ProxySettings } from '../proxy/settings.ts';
import { type Source } from '../text/source.ts';
import { type Io } from './io.ts';
import { readSource } from './read-inputs.ts';
import { kubeProxyFlags, settingOptions } from './setting-options.ts';

/** What the user said about the mode. */
export interface LintModeFlags {
  readonly proxyMode?: string;
  readonly againstMode?: ModeName;
  readonly config?: string;
  readonly kubeProxyVersion: Version;
}

/** kube-proxy's flags that decide who may connect to node ports. */
const SETTINGS: ReadonlySet<string> = new Set([
  '--proxy-mode',
  '--nodeport-addresses',
  '--iptables-localhost-nodeports',
  '--feature-gates',
]);

/** `--proxy-mode`, `--against-mode`, `--config` and the flags that node ports depend on. */
export function withMode(command: Command): Command {
  command
    .addOption(
      new Option('--against-mode <mode>', 'tell what ends when the cluster switches to this mode').choices(
        MODE_NAMES,
      ),
    )
    .option('--config <file>', 'KubeProxyConfiguration file; flags beat it');
  for (const option of settingOptions()) {
    if (option.long !== undefined && SETTINGS.has(option.long)) command.addOption(option);
  }
  return command;
}

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];
const NOTHING_ENDS: Outcome<undefined> = { value: undefined, problems: [] };

/**
 * Works out what ends in the mode asked for. Returns undefined when nothing does: no mode was asked for, the cluster
 * goes to mode iptables, or it is in mode nftables already and a switch from there was asked for.
 */
export async function readModeSwitch(flags: LintModeFlags, io: Io): Promise<Outcome<ModeSwitch | undefined>> {
  const { proxyMode, againstMode, config: path } = flags;
  if ([proxyMode, againstMode, path].every((value) => value === undefined)) return NOTHING_ENDS;
  const { value: config, problems } = path === undefined ? NOTHING_ENDS : await readSource(path, io);
  if (hasErrors(problems)) return { value: undefined, problems };
  const given = kubeProxyFlags({ ...flags });
  const resolve = (over: KubeProxyFlags): Outcome<ProxySettings | undefined> =>
    resolveSettings({
      config,
      flags: { ...given, ...over },
      version: flags.kubeProxyVersion,
      ipFamily: 'IPv4',
      nodes: [],
      supportedModes: MODE_NAMES,
    });
  const now = resolve({});
  if (now.value === undefined) return { value: undefined, problems: now.problems };
  const target = againstMode ?? now.value.mode;
  const comesFromThere = againstMode !== undefined && now.value.mode === target;
  const from = now.value.mode === 'ipvs' ? 'ipvs' : 'iptables';
  const left = from === 'ipvs' && target !== 'ipvs' ? ipvsLeft(config, target, flags.kubeProxyVersion) : [];
  if (target !== 'nftables' || comesFromThere)
    return { value: undefined, problems: [...now.problems, ...left] };
  const then = resolve({ proxyMode: target });
  const before = resolve({ proxyMode: from });
  if (then.value === undefined || before.value === undefined)
    return { value: undefined, problems: then.problems };
  return {
    value: whatEnds(from, before.value, then.value, flags.kubeProxyVersion),
    problems: [...then.problems, ...left, ...withoutEffect(config, given, flags.kubeProxyVersion)],
  };
}

function whatEnds(
  from: ModeSwitch['from'],
  before: ProxySettings,
  then: ProxySettings,
  version: Version,
): ModeSwitch {
  const features = featuresFor(version, then.gates);
  const given = before.nodePortAddresses;
  const ownProxy = features.nftLocalhostRejects && given.some(({ address }) => address.startsWith('127.'));
  const ends = PROTOCOLS.filter((protocol) => before.localhostNodePorts && !(ownProxy && protocol === 'TCP'));
  // Virtual servers of mode ipvs are at no loopback address, and it rejects unknown ports, too.
  const isFromIpvs = from === 'ipvs';
  return {
    from,
    endsOnLocalhost: new Set(isFromIpvs ? [] : ends),
    endsOnOtherAddresses: given.length === 0 && configFactsFor(version).nftablesNodePorts !== 'all',
    rejectsUnknownPorts: features.nftClusterIpsCheck && !(isFromIpvs && features.ipvsAccessFilter),
    ...(features.nftLongComments === 'whole' && { longestName: LONGEST_COMMENT }),
  };
}

/** What a cluster gives up with each setting of mode ipvs. */
const OF_IPVS = [
  ['ipvs.scheduler', 'every endpoint gets the same share of new connections'],
  ['ipvs.strictARP', 'the addresses of Services are on no interface of the node'],
  ['ipvs.excludeCIDRs', 'kube-proxy makes and removes no virtual servers'],
  ['ipvs.tcpTimeout', 'the timeouts of connection tracking count'],
  ['ipvs.tcpFinTimeout', 'the timeouts of connection tracking count'],
  ['ipvs.udpTimeout', 'the timeouts of connection tracking count'],
] as const;

/** Warns of settings of mode ipvs that mean nothing in the mode that comes after it. */
function ipvsLeft(config: Source | undefined, mode: string, version: Version): readonly Diagnostic[] {
  const file = config === undefined ? {} : readConfiguration(config, version).value;
  return OF_IPVS.flatMap(([path, instead]) => {
    const setting = file[path];
    return setting === undefined
      ? []
      : [complain('setting-without-effect', setting.origin, `has no effect in mode ${mode}: ${instead}`)];
  });
}

/** Warns of a setting that mode nftables does not look at. */
function withoutEffect(
  config: Source | undefined,
  flags: KubeProxyFlags,
  version: Version,
): readonly Diagnostic[] {
  const file = config === undefined ? {} : readConfiguration(config, version).value;
  const setting = chooseSettings(file, flags, version).value['iptables.localhostNodePorts'];
  if (setting === undefined) return [];
  const message = 'has no effect in mode nftables, which serves no node ports on localhost by rules';
  return [complain('setting-without-effect', setting.origin, message)];
}
