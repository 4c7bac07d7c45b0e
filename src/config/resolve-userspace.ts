import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type UserspaceSettings } from '../proxy/settings.ts';
import { familyOf, type IpFamily } from '../text/ip.ts';
import { type ChosenSettings } from './choose-settings.ts';
import { readIp } from './ip-text.ts';
import { portRangeOf } from './port-range.ts';
import { type ResolvedNode } from './resolve-node.ts';
import { refused } from './setting.ts';

const UNSPECIFIED: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);

/**
 * Resolves the settings of mode userspace. Errors: a bindAddress of localhost, on which the proxy cannot listen; an
 * address of the node that nothing tells. (NewProxier, pkg/proxy/userspace/proxier.go)
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
  const hostIP =
    listenIP ??
    [...node.hostIps, ...node.interfaceIps].find((ip) => familyOf(ip) === family && !LOOPBACK.has(ip));
  if (hostIP === undefined) problems.push(noHostAddress(family));
  const value: UserspaceSettings = {
    ...(listenIP !== undefined && { listenIP }),
    hostIP: hostIP ?? '',
    proxyPorts: portRangeOf(chosen.portRange),
  };
  return { value, problems };
}

const noHostAddress = (family: IpFamily): Diagnostic =>
  diagnostic(
    'node-address-missing',
    `mode userspace leads packets of the node to its own ${family} address, which nothing tells: name it with --node-address, or give the Node`,
  );
