import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type PortRange, type UserspaceSettings } from '../proxy/settings.ts';
import { familyOf, type IpFamily } from '../text/ip.ts';
import { type ChosenSettings } from './choose-settings.ts';
import { readIp } from './ip-text.ts';
import { type ResolvedNode } from './resolve-node.ts';
import { refused } from './setting.ts';

/** The ports that Linux gives to those who ask for any. (net.ipv4.ip_local_port_range) */
const ANY_PORT: PortRange = { from: 32768, to: 60999 };

const UNSPECIFIED: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);

/**
 * Resolves the settings of mode userspace. Errors: a bindAddress of localhost, on which the proxy cannot listen; a
 * portRange that is none; an address of the node that nothing tells. (NewProxier, pkg/proxy/userspace/proxier.go)
 */
export function resolveUserspace(
  chosen: ChosenSettings,
  family: IpFamily,
  node: ResolvedNode,
): Outcome<UserspaceSettings> {
  const problems: Diagnostic[] = [];
  const bind = readIp(chosen.bindAddress?.value ?? '');
  const listenIP = bind === undefined || UNSPECIFIED.has(bind) ? undefined : bind;
  if (chosen.bindAddress !== undefined && LOOPBACK.has(bind ?? '')) {
    problems.push(refused(chosen.bindAddress.origin, 'cannot proxy on localhost'));
  }
  const given = chosen.portRange;
  const range = given === undefined ? ANY_PORT : readPortRange(given.value);
  if (given !== undefined && range === undefined) {
    const quoted = JSON.stringify(given.value);
    problems.push(
      refused(given.origin, `Invalid value: ${quoted}: must be a valid port range (e.g. 300-2000)`),
    );
  }
  const hostIP =
    listenIP ??
    [...node.hostIps, ...node.interfaceIps].find((ip) => familyOf(ip) === family && !LOOPBACK.has(ip));
  if (hostIP === undefined) problems.push(noHostAddress(family));
  const value: UserspaceSettings = {
    ...(listenIP !== undefined && { listenIP }),
    hostIP: hostIP ?? '',
    proxyPorts: range ?? ANY_PORT,
  };
  return { value, problems };
}

const noHostAddress = (family: IpFamily): Diagnostic =>
  diagnostic(
    'node-address-missing',
    `mode userspace leads packets of the node to its own ${family} address, which nothing tells: name it with --node-address, or give the Node`,
  );

/** `300-2000`, `300+1700` or one port; nothing and `0-0` mean any port. (ParsePortRange, apimachinery pkg/util/net) */
function readPortRange(text: string): PortRange | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return ANY_PORT;
  const match = /^(\d{1,5})(?:([-+])(\d{1,5}))?$/.exec(trimmed);
  if (match === null) return undefined;
  const [, low = '', sign, high = low] = match;
  const from = Number(low);
  const to = sign === '+' ? from + Number(high) : Number(high);
  if (from === 0 && to === 0) return ANY_PORT;
  return from <= to && to <= 65535 ? { from, to } : undefined;
}
