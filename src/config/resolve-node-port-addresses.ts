import { firstVersionWhere } from '../dialect/config-history.ts';
import { type ProxyMode } from '../proxy/settings.ts';
import { addressBits, type Cidr, cidrContains, type IpFamily } from '../text/ip.ts';
import { type Outcome, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type SettingContext } from './setting-context.ts';
import { readCidr } from './ip-text.ts';
import { quotedList } from './quoted.ts';
import { primaryNetworks, type ResolvedFamilies } from './resolve-families.ts';
import { type Origin, type Setting, refused } from './setting.ts';

const PRIMARY = 'primary';

/** What a word that is no network stands for. (newProxyServer, cmd/kube-proxy/app/server.go) */
const KEYWORDS: ReadonlyMap<string, (families: ResolvedFamilies) => readonly Cidr[]> = new Map([
  [PRIMARY, primaryNetworks],
  [
    'localhost',
    () => [
      { family: 'IPv4', address: '127.0.0.0', prefix: 8 },
      { family: 'IPv6', address: '::1', prefix: 128 },
    ],
  ],
  [
    'all',
    () => [
      { family: 'IPv4', address: '0.0.0.0', prefix: 0 },
      { family: 'IPv6', address: '::', prefix: 0 },
    ],
  ],
]);

/**
 * Reads `nodePortAddresses`: networks, and words for some where the release knows them.
 * Mode nftables has defaults of its own. Errors in kube-proxy's words. (validateKubeProxyNodePortAddress,
 * pkg/proxy/apis/config/validation)
 */
export function resolveNodePortAddresses(
  setting: Setting<readonly string[]> | undefined,
  mode: ProxyMode,
  families: ResolvedFamilies,
  context: SettingContext,
): Outcome<readonly Cidr[]> {
  const given = readNodePortAddresses(setting, families, context);
  if (mode !== 'nftables') return given;
  return { ...given, value: withDefaults(given.value, families, context) };
}

/**
 * Returns the default of mode nftables for addresses that were not given. The history of the configuration holds it.
 */
function withDefaults(
  given: readonly Cidr[],
  families: ResolvedFamilies,
  { facts, ipFamily }: SettingContext,
): readonly Cidr[] {
  switch (facts.nftablesNodePorts) {
    case 'all':
      return given;
    case 'node-ip': {
      if (given.some(({ family }) => family === ipFamily)) return given;
      const address = families.nodeIps[ipFamily] ?? LOOPBACK[ipFamily];
      return [...given, { family: ipFamily, address, prefix: addressBits(ipFamily) }];
    }
    case 'primary':
      return given.length > 0 ? given : primaryNetworks(families);
  }
}

/** The address that kube-proxy uses for a family in which the node has none. (detectNodeIPs) */
const LOOPBACK: Readonly<Record<IpFamily, string>> = { IPv4: '127.0.0.1', IPv6: '::1' };

function readNodePortAddresses(
  setting: Setting<readonly string[]> | undefined,
  families: ResolvedFamilies,
  context: SettingContext,
): Outcome<readonly Cidr[]> {
  if (setting === undefined) return { value: [], problems: [] };
  const texts = setting.value;
  const { keywords } = context.facts.nodePortAddresses;
  if (keywords === 'primary-alone' && texts.includes(PRIMARY)) {
    return { value: primaryNetworks(families), problems: checkPrimary(texts, setting.origin, context) };
  }
  const problems = context.facts.nodePortAddresses.each
    ? checkEach(texts, setting.origin, context)
    : checkAll(texts, setting.origin, context);
  const networksOf = (text: string): Cidr | readonly Cidr[] =>
    readCidr(text) ?? (keywords === 'any' ? (KEYWORDS.get(text)?.(families) ?? []) : []);
  return { value: texts.flatMap(networksOf), problems };
}

/** Checks the entries before the first `primary`, then that `primary` stands alone. */
function checkPrimary(
  texts: readonly string[],
  origin: Origin,
  context: SettingContext,
): readonly Diagnostic[] {
  const index = texts.indexOf(PRIMARY);
  const problems = checkEach(texts.slice(0, index), origin, context);
  if (texts.length === 1) return problems;
  const message = `Invalid value: "${PRIMARY}": can't use both 'primary' and CIDRs`;
  return [...problems, refused(origin, message, [index])];
}

function checkEach(texts: readonly string[], origin: Origin, context: SettingContext): readonly Diagnostic[] {
  const { invalid, keywords } = context.facts.nodePortAddresses;
  return texts.flatMap((text, index) => {
    if (readCidr(text) !== undefined || (keywords === 'any' && KEYWORDS.has(text))) return [];
    const message = `Invalid value: ${JSON.stringify(text)}: ${invalid}${whenItWorks(text, context)}`;
    return [refused(origin, message, [index])];
  });
}

function checkAll(texts: readonly string[], origin: Origin, context: SettingContext): readonly Diagnostic[] {
  const bad = texts.find((text) => readCidr(text) === undefined);
  if (bad === undefined) return [];
  const whole = quotedList(texts, context.facts.listSyntax);
  const message = `Invalid value: ${whole}: ${context.facts.nodePortAddresses.invalid}`;
  return [refused(origin, message + whenItWorks(bad, context))];
}

function whenItWorks(text: string, { version, facts }: SettingContext): string {
  if (!KEYWORDS.has(text) || facts.nodePortAddresses.keywords === 'any') return '';
  const since = firstVersionWhere(({ nodePortAddresses: { keywords } }) =>
    text === PRIMARY ? keywords !== 'none' : keywords === 'any',
  );
  return ` (kube-proxy ${version}; "${text}" works from ${since ?? ''} on)`;
}

/** Returns true when 127.0.0.1 serves node ports. (ContainsIPv4Loopback, pkg/proxy/util/nodeport_addresses.go) */
export function opensLoopback(addresses: readonly Cidr[]): boolean {
  const own = addresses.filter(({ family }) => family === 'IPv4');
  return (
    own.length === 0 || own.some((cidr) => cidr.address.startsWith('127.') || cidrContains(cidr, '127.0.0.0'))
  );
}
