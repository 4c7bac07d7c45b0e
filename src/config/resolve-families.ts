import { type ConfigFacts } from '../dialect/config-history.ts';
import { type Cidr, familyOf, type IpFamily } from '../text/ip.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { readIp } from './ip-text.ts';
import { firstOfFamily, type ResolvedNode } from './resolve-node.ts';
import { type Setting, refused } from './setting.ts';

/** The families that kube-proxy serves on the node, and the address of the node that it uses for each. */
export interface ResolvedFamilies {
  readonly dualStack: boolean;
  /** The only family that is served unless `dualStack`. */
  readonly primary: IpFamily;
  /** Absent: kube-proxy does not serve the family. The unspecified address: it found no address. */
  readonly nodeIps: Readonly<Partial<Record<IpFamily, string>>>;
}

export const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

const UNSPECIFIED: Readonly<Record<IpFamily, string>> = { IPv4: '0.0.0.0', IPv6: '::' };
const LOOPBACK: Readonly<Record<IpFamily, string>> = { IPv4: '127.0.0.1', IPv6: '::1' };

/**
 * (NewProxyServer, detectNodeIP, nodeIPTuple and detectNodeIPs, cmd/kube-proxy/app)
 * Error: a bindAddress that is no IP address.
 */
export function resolveFamilies(
  bindAddress: Setting<string> | undefined,
  node: ResolvedNode,
  dualStack: boolean,
  facts: ConfigFacts,
): Outcome<ResolvedFamilies> {
  const text = bindAddress?.value ?? '';
  const address = text === '' ? UNSPECIFIED.IPv4 : readIp(text);
  if (bindAddress !== undefined && address === undefined) {
    const message = `Invalid value: ${JSON.stringify(text)}: not a valid textual representation of an IP address`;
    return {
      value: { dualStack, primary: 'IPv4', nodeIps: {} },
      problems: [refused(bindAddress.origin, message)],
    };
  }
  const bind = readBind(address ?? UNSPECIFIED.IPv4);
  const primary = primaryFamily(bind, node, facts);
  const nodeIps = dualStack
    ? { IPv4: dualStackIp('IPv4', bind, node, facts), IPv6: dualStackIp('IPv6', bind, node, facts) }
    : { [primary]: bind.chosen ?? node.hostIps[0] ?? LOOPBACK.IPv4 };
  return { value: { dualStack, primary, nodeIps }, problems: [] };
}

interface BindAddress {
  readonly family: IpFamily;
  /** Absent for 0.0.0.0 and ::. */
  readonly chosen?: string;
}

function readBind(address: string): BindAddress {
  const family = familyOf(address) ?? 'IPv4';
  return address === UNSPECIFIED[family] ? { family } : { family, chosen: address };
}

function primaryFamily(bind: BindAddress, node: ResolvedNode, facts: ConfigFacts): IpFamily {
  if (bind.chosen !== undefined || facts.familyOfUnspecifiedBindAddress === 'bind-address')
    return bind.family;
  return familyOf(node.hostIps[0] ?? '') ?? 'IPv4';
}

function dualStackIp(family: IpFamily, bind: BindAddress, node: ResolvedNode, facts: ConfigFacts): string {
  const chosen = bind.family === family ? bind.chosen : undefined;
  switch (facts.dualStackNodeIps) {
    case 'bind-address':
      return chosen ?? UNSPECIFIED[family];
    case 'primary-only': {
      const first = bind.chosen ?? node.hostIps[0] ?? LOOPBACK.IPv4;
      return familyOf(first) === family ? first : UNSPECIFIED[family];
    }
    case 'both':
      return chosen ?? firstOfFamily(node.hostIps, family) ?? LOOPBACK[family];
  }
}

/**
 * Returns the addresses of the node as networks of one address each: the meaning of `primary`. (newProxyServer, 1.31)
 */
export function primaryNetworks(families: ResolvedFamilies): readonly Cidr[] {
  return FAMILIES.flatMap((family) => {
    const address = families.nodeIps[family];
    const isLoopback = address === undefined || address === '::1' || address.startsWith('127.');
    return isLoopback ? [] : [{ family, address, prefix: family === 'IPv4' ? 32 : 128 }];
  });
}
