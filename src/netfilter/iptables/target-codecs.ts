import { type Target } from './model.ts';
import { type IpFamily } from '../../text/ip.ts';
import { type Option, bareValue, plainValue } from './options.ts';
import { hex, parseMasked, parseUnsigned } from './spelling.ts';

/** The kinds of targets that are extensions with options of their own. */
type TargetKind = 'reject' | 'mark' | 'masquerade' | 'dnat';
type TargetOf = { readonly [K in TargetKind]: Extract<Target, { kind: K }> };

/** How one target is written and read. `parse` is the opposite of `print`. */
interface TargetCodec<T> {
  /** Its name behind `-j`. */
  readonly name: string;
  /** The name and all options, as iptables-save prints them. */
  readonly print: (target: T) => string;
  /** Undefined when the options say more, or less, than the target can hold: it is kept word by word then. */
  readonly parse: (options: readonly Option[], family: IpFamily) => T | undefined;
}

const TARGET_CODECS: { readonly [K in TargetKind]: TargetCodec<TargetOf[K]> } = {
  /** libipt_REJECT, libip6t_REJECT */
  reject: {
    name: 'REJECT',
    print: (target) => `REJECT --reject-with ${target.with}`,
    parse: (options, family) => {
      if (options.length === 0) return { kind: 'reject', with: DEFAULT_REJECT[family] };
      const reason = bareValue(options, '--reject-with');
      return reason === undefined ? undefined : { kind: 'reject', with: reason };
    },
  },

  /** libxt_MARK: five spellings of one operation, of which iptables-save prints `--set-xmark`. */
  mark: {
    name: 'MARK',
    print: (target) => `MARK --set-xmark ${hex(target.value)}/${hex(target.mask)}`,
    parse: (options) => {
      const name = options[0]?.name ?? '';
      const text = plainValue(options, name);
      const operation = text === undefined ? undefined : markOperation(name, text);
      return operation && { kind: 'mark', value: operation.value >>> 0, mask: operation.mask >>> 0 };
    },
  },

  /** libipt_MASQUERADE; `--random-fully` since iptables 1.6.2 */
  masquerade: {
    name: 'MASQUERADE',
    print: (target) => (target.randomFully ? 'MASQUERADE --random-fully' : 'MASQUERADE'),
    parse: (options) => {
      const [option, ...others] = options;
      if (option === undefined) return { kind: 'masquerade', randomFully: false };
      const understood = option.name === '--random-fully' && !option.negated && option.values.length === 0;
      return understood && others.length === 0 ? { kind: 'masquerade', randomFully: true } : undefined;
    },
  },

  /** libipt_DNAT */
  dnat: {
    name: 'DNAT',
    print: (target) => `DNAT --to-destination ${target.destination}`,
    parse: (options) => {
      const destination = bareValue(options, '--to-destination');
      return destination === undefined ? undefined : { kind: 'dnat', destination };
    },
  },
};

const DEFAULT_REJECT: Readonly<Record<IpFamily, string>> = {
  IPv4: 'icmp-port-unreachable',
  IPv6: 'icmp6-port-unreachable',
};

interface MarkOperation {
  readonly value: number;
  readonly mask: number;
}

/** Every way to write `mark = (mark & ~mask) ^ value`. Results are signed; the caller makes them unsigned. */
function markOperation(name: string, text: string): MarkOperation | undefined {
  if (name === '--set-xmark') return parseMasked(text);
  if (name === '--set-mark') {
    const masked = parseMasked(text);
    return masked && { value: masked.value, mask: masked.value | masked.mask };
  }
  const bits = parseUnsigned(text);
  if (bits === undefined) return undefined;
  if (name === '--or-mark') return { value: bits, mask: bits };
  if (name === '--and-mark') return { value: 0, mask: ~bits };
  return name === '--xor-mark' ? { value: bits, mask: 0 } : undefined;
}

const VERDICTS = { accept: 'ACCEPT', drop: 'DROP', return: 'RETURN' } as const;
type Verdict = keyof typeof VERDICTS;

const VERDICT_OF_NAME: ReadonlyMap<string, Verdict> = new Map(
  (Object.keys(VERDICTS) as Verdict[]).map((verdict) => [VERDICTS[verdict], verdict]),
);

const CODEC_OF_NAME: ReadonlyMap<string, TargetCodec<Target>> = new Map(
  Object.values(TARGET_CODECS).map((codec) => [codec.name, codec as TargetCodec<Target>]),
);

/** The target as iptables-save prints it, from `-j` or `-g` on. */
export function printTarget(target: Target): string {
  switch (target.kind) {
    case 'jump':
      return `-j ${target.chain}`;
    case 'goto':
      return `-g ${target.chain}`;
    case 'accept':
    case 'drop':
    case 'return':
      return `-j ${VERDICTS[target.kind]}`;
    case 'reject':
    case 'mark':
    case 'masquerade':
    case 'dnat':
      return `-j ${printKind(target.kind, target)}`;
    case 'other':
      return ['-j', target.name, ...target.words].join(' ');
  }
}

const printKind = <K extends TargetKind>(kind: K, target: TargetOf[K]): string =>
  TARGET_CODECS[kind].print(target);

/** Reads `-j name` with its options; undefined when it is a chain, or can only be kept word by word. */
export function parseTarget(name: string, options: readonly Option[], family: IpFamily): Target | undefined {
  const verdict = VERDICT_OF_NAME.get(name);
  if (verdict !== undefined) return options.length === 0 ? { kind: verdict } : undefined;
  return CODEC_OF_NAME.get(name)?.parse(options, family);
}

/** Targets that may stand without options and are no chains. (iptables-extensions) */
const EXTENSION_TARGETS: ReadonlySet<string> = new Set(
  (
    'AUDIT CHECKSUM CLASSIFY CLUSTERIP CONNMARK CONNSECMARK CT DNAT DNPT DSCP ECN HL HMARK IDLETIMER LED LOG MARK ' +
    'MASQUERADE MIRROR NETMAP NFLOG NFQUEUE NOTRACK QUEUE RATEEST REDIRECT REJECT SAME SECMARK SET SNAT SNPT ' +
    'SYNPROXY TARPIT TCPMSS TCPOPTSTRIP TEE TOS TPROXY TRACE TTL ULOG'
  ).split(' '),
);

const LONGEST_TARGET = [...EXTENSION_TARGETS].reduce((most, { length }) => Math.max(most, length), 0);

/** Whether `-j name` calls an extension; a chain may not have such a name. */
export const isExtensionTarget = (name: string): boolean => EXTENSION_TARGETS.has(name);

/** Whether `-j name` may do something else than to call a chain. */
export const isTargetName = (name: string): boolean =>
  name.length <= LONGEST_TARGET && (VERDICT_OF_NAME.has(name) || isExtensionTarget(name));
