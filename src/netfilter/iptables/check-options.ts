/** What the options of matches and targets may hold, for rules that must be understood whole. */
import { type IpFamily, familyOf } from '../../text/ip.ts';
import { type Word, type WordError } from '../../text/words.ts';
import { type Option } from './options.ts';
import { type OptionGroup, type RuleParts } from './rule-parts.ts';
import { parseDecimal, parseMasked, parseProbability, parseUnsigned } from './spelling.ts';

/** The values of one option: how many there are, and what each must be. */
interface Values {
  readonly count: number;
  readonly isValid?: (text: string, family: IpFamily) => boolean;
  /** In words, for `isValid`. */
  readonly what?: string;
}

/** One match or target. */
interface Extension {
  readonly options: Readonly<Record<string, Values>>;
  /** One of these options must be there. */
  readonly needs?: readonly string[];
}

const FLAG: Values = { count: 0 };
const ANY: Values = { count: 1 };
const TWO: Values = { count: 2 };

const isPort = (text: string): boolean => parseDecimal(text, 0, 65535) !== undefined;

/** `80`, `80:90`, `80:` and `:90`. */
function isPortRange(text: string): boolean {
  const [first = '', last, ...rest] = text.split(':');
  if (last === undefined) return isPort(first);
  const isSide = (side: string): boolean => side === '' || isPort(side);
  return rest.length === 0 && text !== ':' && isSide(first) && isSide(last);
}

const PORT: Values = {
  count: 1,
  isValid: isPortRange,
  what: 'a port from 0 to 65535 or a range of ports (iptables -L prints numbers with -n)',
};
const NUMBER: Values = {
  count: 1,
  isValid: (text) => parseDecimal(text, 0, 0xffffffff) !== undefined,
  what: 'a whole number',
};
const MASKED: Values = {
  count: 1,
  isValid: (text) => parseMasked(text) !== undefined,
  what: 'a number of 32 bits, or one with a mask',
};
const BITS: Values = {
  count: 1,
  isValid: (text) => parseUnsigned(text) !== undefined,
  what: 'a number of 32 bits',
};

const oneOf = (names: string): Values => {
  const known = new Set(names.split(' '));
  return {
    count: 1,
    isValid: (text) => text.split(',').every((name) => known.has(name)),
    what: `one of ${[...known].join(', ')}`,
  };
};

const ADDRESS_TYPES = oneOf(
  'UNSPEC UNICAST LOCAL BROADCAST ANYCAST MULTICAST BLACKHOLE UNREACHABLE PROHIBIT THROW NAT XRESOLVE',
);
const PORT_OPTIONS = { '--dport': PORT, '--sport': PORT, '--destination-port': PORT, '--source-port': PORT };

/** Every option of the matches that kube-proxy uses. (iptables-extensions) */
const MATCHES: Readonly<Record<string, Extension>> = {
  comment: { options: { '--comment': ANY }, needs: ['--comment'] },
  tcp: { options: { ...PORT_OPTIONS, '--tcp-flags': TWO, '--syn': FLAG, '--tcp-option': NUMBER } },
  udp: { options: PORT_OPTIONS },
  sctp: { options: { ...PORT_OPTIONS, '--chunk-types': TWO } },
  conntrack: {
    options: {
      '--ctstate': oneOf('INVALID NEW RELATED ESTABLISHED UNTRACKED SNAT DNAT'),
      '--ctproto': ANY,
      '--ctorigsrc': ANY,
      '--ctorigdst': ANY,
      '--ctreplsrc': ANY,
      '--ctrepldst': ANY,
      '--ctorigsrcport': ANY,
      '--ctorigdstport': ANY,
      '--ctreplsrcport': ANY,
      '--ctrepldstport': ANY,
      '--ctstatus': ANY,
      '--ctexpire': ANY,
      '--ctdir': ANY,
    },
    needs: ['--ct'],
  },
  mark: { options: { '--mark': MASKED }, needs: ['--mark'] },
  addrtype: {
    options: {
      '--src-type': ADDRESS_TYPES,
      '--dst-type': ADDRESS_TYPES,
      '--limit-iface-in': FLAG,
      '--limit-iface-out': FLAG,
    },
    needs: ['--src-type', '--dst-type'],
  },
  statistic: {
    options: {
      '--mode': oneOf('random nth'),
      '--probability': {
        count: 1,
        isValid: (text) => parseProbability(text) !== undefined,
        what: 'a number from 0 to 1',
      },
      '--every': NUMBER,
      '--packet': NUMBER,
    },
    needs: ['--mode'],
  },
  recent: {
    options: {
      ...{ '--set': FLAG, '--rcheck': FLAG, '--update': FLAG, '--remove': FLAG },
      ...{ '--seconds': NUMBER, '--hitcount': NUMBER, '--reap': FLAG, '--rttl': FLAG, '--name': ANY },
      '--mask': { count: 1, isValid: (text, family) => familyOf(text) === family, what: 'a mask' },
      ...{ '--rsource': FLAG, '--rdest': FLAG },
    },
    needs: ['--set', '--rcheck', '--update', '--remove'],
  },
  nfacct: { options: { '--nfacct-name': ANY }, needs: ['--nfacct-name'] },
};

const AND_PORTS = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d+)(?:-(\d+)(?:\/(\d+))?)?$/;

/** `10.0.0.1:80`, `[fd00::1]:80`; ranges of addresses and ports, which kube-proxy never writes, too. */
function isDestination(text: string, family: IpFamily): boolean {
  const [, inBrackets, bare = '', ...ports] = AND_PORTS.exec(text) ?? [];
  if (ports.length === 0) return isAddressRange(text, family);
  const addresses = inBrackets ?? bare;
  const arePorts = ports.every((port) => (port as string | undefined) === undefined || isPort(port));
  return arePorts && (addresses === '' || isAddressRange(addresses, family));
}

function isAddressRange(text: string, family: IpFamily): boolean {
  const sides = text.split('-');
  return sides.length <= 2 && sides.every((address) => familyOf(address) === family);
}

const REJECTIONS: Readonly<Record<IpFamily, ReadonlySet<string>>> = {
  IPv4: new Set(
    (
      'icmp-net-unreachable icmp-host-unreachable icmp-proto-unreachable icmp-port-unreachable ' +
      'icmp-net-prohibited icmp-host-prohibited icmp-admin-prohibited tcp-reset'
    ).split(' '),
  ),
  IPv6: new Set(
    (
      'icmp6-no-route icmp6-adm-prohibited icmp6-addr-unreachable icmp6-port-unreachable icmp6-policy-fail ' +
      'icmp6-reject-route tcp-reset'
    ).split(' '),
  ),
};

const NO_OPTIONS: Extension = { options: {} };

/** Every option of the targets that kube-proxy uses. (iptables-extensions) */
const TARGETS: Readonly<Record<string, Extension>> = {
  ACCEPT: NO_OPTIONS,
  DROP: NO_OPTIONS,
  RETURN: NO_OPTIONS,
  DNAT: {
    options: {
      '--to-destination': { count: 1, isValid: isDestination, what: 'an address, or address:port' },
      '--random': FLAG,
      '--persistent': FLAG,
    },
    needs: ['--to-destination'],
  },
  MARK: {
    options: {
      ...{ '--set-xmark': MASKED, '--set-mark': MASKED },
      ...{ '--and-mark': BITS, '--or-mark': BITS, '--xor-mark': BITS },
    },
    needs: ['--set-xmark', '--set-mark', '--and-mark', '--or-mark', '--xor-mark'],
  },
  MASQUERADE: { options: { '--to-ports': ANY, '--random': FLAG, '--random-fully': FLAG } },
  REJECT: {
    options: {
      '--reject-with': {
        count: 1,
        isValid: (text, family) => REJECTIONS[family].has(text),
        what: 'an answer that REJECT knows',
      },
    },
  },
};

/**
 * The first option of a rule that iptables would not print: of no match or target that kube-proxy uses, with a value
 * that it cannot have, or missing. Matches and targets that kube-proxy never uses are not looked into.
 */
export function checkOptions({ matches, target }: RuleParts, family: IpFamily): WordError | undefined {
  for (const match of matches) {
    const error = checkGroup(match, MATCHES[match.name], family);
    if (error !== undefined) return error;
  }
  return target?.isGoto === false ? checkGroup(target, TARGETS[target.name], family) : undefined;
}

function checkGroup(
  group: OptionGroup,
  extension: Extension | undefined,
  family: IpFamily,
): WordError | undefined {
  if (extension === undefined) return undefined;
  for (const option of group.options) {
    const message = checkOption(group.name, option, extension, family);
    if (message !== undefined) return { offset: option.offset, message };
  }
  const { needs } = extension;
  if (needs === undefined || group.options.some(({ name }) => needs.some((need) => name.startsWith(need))))
    return undefined;
  return { offset: group.offset, message: `${group.name} lacks ${needs.join(' or ')}: is the rule cut off?` };
}

function checkOption(
  group: string,
  { name, values }: Option,
  { options }: Extension,
  family: IpFamily,
): string | undefined {
  const raw = values.map((value: Word) => value.raw).join(' ');
  if (name === '--listed') return `iptables -L prints no ${raw} for ${group}.`;
  const known = options[name];
  if (known === undefined) return `${name} is no option of ${group}.`;
  if (values.length < known.count) return `${name} has no value: is the rule cut off?`;
  if (values.length > known.count) return `${name} takes ${COUNTS[known.count] ?? ''}, not ${raw}.`;
  const isValid = known.isValid === undefined || values.every(({ text }) => known.isValid?.(text, family));
  return isValid ? undefined : `${name} ${raw}: this is not ${known.what ?? ''}.`;
}

const COUNTS: readonly string[] = ['no value', 'one value', 'two values'];
