import { type Target } from '../../netfilter/iptables/model.ts';
import { parseMasked } from '../../netfilter/iptables/spelling.ts';
import { familyOf, type IpFamily } from '../../text/ip.ts';
import { addressNumber } from '../../text/ip-number.ts';
import { type Action, type Translation } from '../program.ts';
import { firstValue, type OptionWords, readOptions, valueOf } from './option-words.ts';

/** Returns what a target does; nothing for a rule that only counts, or does not change packets. */
export function targetActions(
  target: Target | undefined,
  table: string,
  family: IpFamily,
): readonly Action[] {
  switch (target?.kind) {
    case undefined:
      return [];
    case 'accept':
    case 'drop':
    case 'return':
    case 'reject':
      return [{ kind: target.kind }];
    case 'jump':
    case 'goto':
      return [{ kind: target.kind, chain: `${table}/${target.chain}` }];
    case 'mark':
      return [{ kind: 'set-mark', of: 'packet', value: target.value, mask: target.mask }];
    case 'masquerade':
      return [{ kind: 'translate-source' }];
    case 'dnat':
      return [destinationAction(target.destination, family)];
    case 'other':
      return otherTarget(target.name, target.words, family);
  }
}

/** Targets that do not change where a packet goes. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(
  (
    'AUDIT CHECKSUM CLASSIFY CONNSECMARK DSCP ECN HL IDLETIMER LED LOG NFLOG RATEEST SECMARK SET TCPMSS ' +
    'TCPOPTSTRIP TEE TOS TRACE TTL ULOG'
  ).split(' '),
);

/** Targets that rewrite sources. */
const SOURCE_TARGETS: ReadonlySet<string> = new Set(['SNAT', 'MASQUERADE', 'SAME']);

function otherTarget(name: string, words: readonly string[], family: IpFamily): readonly Action[] {
  if (WITHOUT_EFFECT.has(name)) return [];
  if (SOURCE_TARGETS.has(name)) return [{ kind: 'translate-source' }];
  const options = readOptions(words);
  const read = TARGETS.get(name)?.(options, family);
  return [read ?? { kind: 'unclear', what: ['-j', name, ...words].join(' ') }];
}

const TARGETS: ReadonlyMap<
  string,
  (options: readonly OptionWords[], family: IpFamily) => Action | undefined
> = new Map([
  [
    'DNAT',
    (options: readonly OptionWords[], family: IpFamily): Action | undefined => {
      const destination = valueOf(options, '--to-destination');
      return destination === undefined ? undefined : destinationAction(destination, family);
    },
  ],
  ['REDIRECT', redirect],
  ['CONNMARK', connectionMark],
  ['NOTRACK', (): Action => ({ kind: 'untrack' })],
  ['TARPIT', (): Action => ({ kind: 'drop' })],
  ['CT', trackedConnection],
]);

/** Reads `CT --notrack`. Zones, helpers and timeouts do not change where a packet goes. */
function trackedConnection(options: readonly OptionWords[]): Action | undefined {
  if (options.some(({ name }) => name === '--notrack')) return { kind: 'untrack' };
  return { kind: 'set-mark', of: 'connection', value: 0, mask: 0 };
}

/** Reads REDIRECT. With a range of ports the kernel chooses. (libxt_REDIRECT) */
function redirect(options: readonly OptionWords[]): Action | undefined {
  const ports = valueOf(options, '--to-ports');
  if (ports === undefined) return { kind: 'redirect' };
  return /^\d{1,5}$/.test(ports) ? { kind: 'redirect', port: BigInt(ports) } : undefined;
}

const ALL_BITS = 0xffffffff;

/** (libxt_CONNMARK) */
function connectionMark(options: readonly OptionWords[]): Action | undefined {
  const [option] = options;
  const masks = (name: string): number | undefined => {
    const text = valueOf(options, name);
    return text === undefined ? ALL_BITS : parseMasked(text)?.value;
  };
  if (option?.name === '--restore-mark' || option?.name === '--save-mark') {
    const isRestore = option.name === '--restore-mark';
    const [nfmask, ctmask, mask] = [masks('--nfmask'), masks('--ctmask'), masks('--mask')];
    if (nfmask === undefined || ctmask === undefined || mask === undefined) return undefined;
    const [packet, connection] = [(nfmask & mask) >>> 0, (ctmask & mask) >>> 0];
    return {
      kind: 'copy-mark',
      to: isRestore ? 'packet' : 'connection',
      fromMask: isRestore ? connection : packet,
      toMask: isRestore ? packet : connection,
    };
  }
  const masked = option?.name === '--set-xmark' ? parseMasked(firstValue(option)) : undefined;
  return masked && { kind: 'set-mark', of: 'connection', ...masked };
}

/** Addresses of a range from which the kernel picks one by itself. */
const MOST_CHOICES = 256n;

/** `10.0.0.1:80`, `[fd00::1]:80`, `10.0.0.1`, `:80`, `10.0.0.1-10.0.0.3:80`. (libxt_DNAT) */
function destinationAction(text: string, family: IpFamily): Action {
  const unclear: Action = { kind: 'unclear', what: `-j DNAT --to-destination ${text}` };
  const match = family === 'IPv4' ? /^([\d.-]*)(?::(\d{1,5}))?$/.exec(text) : splitIPv6(text);
  if (match === null || text === '') return unclear;
  const [addresses = '', port] = match.slice(1);
  const ofPort = port === undefined ? {} : { port: BigInt(port) };
  if (addresses === '') return { kind: 'translate-destination', choices: [ofPort] };
  const [from = '', to = from] = addresses.split('-');
  if (familyOf(from) !== family || familyOf(to) !== family) return unclear;
  const [first, last] = [addressNumber(from), addressNumber(to)];
  if (last < first || last - first >= MOST_CHOICES) return unclear;
  const choices = Array.from({ length: Number(last - first) + 1 }, (_, at): Translation => ({
    address: first + BigInt(at),
    ...ofPort,
  }));
  return { kind: 'translate-destination', choices };
}

/** Brackets stand around an IPv6 address, or range, that a port follows. */
const splitIPv6 = (text: string): RegExpExecArray | null =>
  /^\[([0-9a-f:.-]*)\](?::(\d{1,5}))?$/i.exec(text) ?? /^([0-9a-f:.-]*)$/i.exec(text);
