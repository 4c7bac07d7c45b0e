import { configFactsFor } from '../dialect/config-history.ts';
import { type KnownMode, modesAt } from '../dialect/mode-history.ts';
import { type Version, VERSIONS } from '../dialect/version.ts';
import { type ProxyMode } from '../proxy/settings.ts';
import { type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../text/source.ts';
import { type SettingContext } from './setting-context.ts';
import { type ResolvedGates } from './resolve-gates.ts';
import { CONFIGURATION, type Origin, type Setting, complain, refused } from './setting.ts';

const MODES: readonly ProxyMode[] = ['iptables', 'ipvs', 'nftables', 'userspace', 'kernelspace'];

const DEFAULT_MODE: ProxyMode = 'iptables';

/**
 * Returns the mode in force. Errors: a mode whose rules the caller does not know; a mode that kube-proxy of the version
 * refuses. (validateProxyModeLinux, pkg/proxy/apis/config/validation)
 */
export function resolveMode(
  setting: Setting<string> | undefined,
  supported: readonly ProxyMode[],
  gates: ResolvedGates,
  context: SettingContext,
): Outcome<ProxyMode> {
  if (setting === undefined || setting.value === '') return { value: DEFAULT_MODE, problems: [] };
  const { value, origin } = setting;
  const mode = MODES.find((candidate) => candidate === value);
  const quoted = JSON.stringify(value);
  if (mode !== undefined && !supported.includes(mode)) {
    const known = supported.map((name) => JSON.stringify(name)).join(' or ');
    const message = `must be ${known}: svc2ipt does not know the rules of mode ${quoted}`;
    return { value: mode, problems: [complain('mode-unsupported', origin, message)] };
  }
  const fallback = mode === 'ipvs' ? ipvsFallback(origin, gates, context) : undefined;
  if (mode !== undefined && fallback !== undefined) return { value: mode, problems: [fallback] };
  const allowed = allowedModes(gates, context);
  if (mode !== undefined && allowed.includes(mode)) return { value: mode, problems: [] };
  const gate = gateOf(value, context);
  if (mode !== undefined && gate !== undefined && !gates.chosen.has(gate)) {
    return { value: mode, problems: [takenAsOn(gate, origin, context)] };
  }
  const must = `must be ${allowed.join(context.facts.proxyModes.separator)} or blank`;
  const blank = '(blank means the best-available proxy [currently iptables])';
  const message = `Invalid value: ${quoted}: ${must} ${blank}${whenItWorks(value, context)}`;
  return { value: DEFAULT_MODE, problems: [refused(origin, message)] };
}

/** Warns, as kube-proxy does, of a configuration that leaves the mode to a default which is to change. */
export function warnOfUnsetMode(
  setting: Setting<string> | undefined,
  config: Source | undefined,
  { version, facts }: SettingContext,
): readonly Diagnostic[] {
  const isSet = setting !== undefined && setting.value !== '';
  if (config === undefined || isSet || facts.unsetMode === 'silent') return [];
  const origin = setting?.origin ?? {
    subject: CONFIGURATION,
    path: ['mode'],
    locate: () => placeAt(config, 0),
  };
  const message = `kube-proxy ${version} warns: no mode is set, and the default is to change from iptables to nftables`;
  return [complain('mode-unset', origin, message)];
}

/**
 * Returns what keeps a release from mode ipvs: kube-proxy takes mode iptables instead, which it tells in its log only.
 * A gate that nobody sets is taken as on. Undefined when nothing does. (getProxyMode,
 * cmd/kube-proxy/app/server_others.go)
 */
function ipvsFallback(origin: Origin, gates: ResolvedGates, context: SettingContext): Diagnostic | undefined {
  const { version } = context;
  const isOfMode = (candidate: Version): KnownMode | undefined =>
    modesAt(candidate).find(({ name }) => name === 'ipvs');
  const known = isOfMode(version);
  if (known === undefined) {
    const first = VERSIONS.find((candidate) => isOfMode(candidate) !== undefined) ?? '';
    const message = `kube-proxy ${version} has no mode "ipvs" and takes iptables instead; ${first} is the first to have it`;
    return complain('mode-unsupported', origin, message);
  }
  const { gate } = known;
  if (gate === undefined || gates.inForce.has(gate) || gateOf('ipvs', context) !== undefined)
    return undefined;
  if (!gates.chosen.has(gate)) return takenAsOn(gate, origin, context);
  const message = `kube-proxy ${version} takes iptables instead of mode "ipvs" with feature gate ${gate} off`;
  return complain('mode-unsupported', origin, message);
}

/** Returns the gate that the release needs for the mode; undefined when it needs none, or does not know the mode. */
const gateOf = (mode: string, { facts }: SettingContext): string | undefined =>
  facts.proxyModes.gated.find((entry) => entry.mode === mode)?.gate;

/**
 * Returns a note that a gate is taken as on. Gates are often set where svc2ipt does not see them, as on the command
 * line of a DaemonSet.
 */
function takenAsOn(gate: string, origin: Origin, { version }: SettingContext): Diagnostic {
  const message = `kube-proxy ${version} needs feature gate ${gate} for this mode, which is taken as on`;
  return complain('mode-needs-gate', origin, message);
}

/** Returns the modes that kube-proxy names in its error message, in that order. */
function allowedModes({ inForce }: ResolvedGates, { facts }: SettingContext): readonly string[] {
  const { known, gated } = facts.proxyModes;
  return [...known, ...gated.filter(({ gate }) => inForce.has(gate)).map(({ mode }) => mode)];
}

/** Returns a hint: from which release on, up to which, or with which gate, a refused mode works. */
function whenItWorks(mode: string, { version }: SettingContext): string {
  const gateAt = (candidate: Version): string | undefined =>
    configFactsFor(candidate).proxyModes.gated.find((entry) => entry.mode === mode)?.gate;
  const gate = gateAt(version);
  if (gate !== undefined) return ` (kube-proxy ${version} with feature gate ${gate} off)`;
  const since = VERSIONS.find((candidate) => gateAt(candidate) !== undefined);
  if (since === undefined) {
    const last = VERSIONS.findLast((candidate) => configFactsFor(candidate).proxyModes.known.includes(mode));
    return last === undefined ? '' : ` (kube-proxy ${version}; ${mode} works up to ${last})`;
  }
  return ` (kube-proxy ${version}; ${mode} works from ${since} on, there with feature gate ${gateAt(since) ?? ''})`;
}
