import { type AddressKind, type ConntrackState, type Match, type Negatable } from './model.ts';
import { type IpFamily } from '../../text/ip.ts';
import { quote } from '../../text/words.ts';
import { type Option, isBare, plainValue, plainValues, soleOption } from './options.ts';
import * as spelling from './spelling.ts';

/** The kinds of matches that have a structure of their own. */
export type MatchKind = Exclude<Match['kind'], 'other'>;
type MatchOf = { readonly [K in MatchKind]: Extract<Match, { kind: K }> };

/** How one extension's match is written and read. `parse` is the opposite of `print`. */
interface MatchCodec<M> {
  /** The names it has behind `-m`. */
  readonly modules: readonly string[];
  /** From `-m` to the last option, as iptables-save prints it. */
  readonly print: (match: M, family: IpFamily) => string;
  /** Undefined when the options say more, or less, than the match can hold: it is kept word by word then. */
  readonly parse: (options: readonly Option[], module: string, family: IpFamily) => M | undefined;
}

const CONNTRACK_STATES: readonly ConntrackState[] = [
  'INVALID',
  'NEW',
  'RELATED',
  'ESTABLISHED',
  'UNTRACKED',
  'SNAT',
  'DNAT',
];

const MATCH_CODECS: { readonly [K in MatchKind]: MatchCodec<MatchOf[K]> } = {
  /** libxt_comment */
  comment: {
    modules: ['comment'],
    print: (match) => `-m comment --comment ${spelling.spellComment(match.text)}`,
    parse: (options) => {
      const text = plainValue(options, '--comment');
      return text === undefined ? undefined : { kind: 'comment', text: spelling.keptComment(text) };
    },
  },

  /** libxt_tcp, libxt_udp, libxt_sctp */
  port: {
    modules: ['tcp', 'udp', 'sctp'],
    print: (match) =>
      match.destination === undefined
        ? `-m ${match.protocol}`
        : `-m ${match.protocol} --dport ${match.destination}`,
    parse: (options, module) => {
      const protocol = module as 'tcp' | 'udp' | 'sctp';
      if (options.length === 0) return { kind: 'port', protocol };
      const text = plainValue(options, '--dport') ?? plainValue(options, '--destination-port');
      const destination = text === undefined ? undefined : spelling.parseDecimal(text, 0, 65535);
      return destination === undefined ? undefined : { kind: 'port', protocol, destination };
    },
  },

  /** libxt_conntrack: states come in the order above, whatever order they were given in. */
  conntrack: {
    modules: ['conntrack'],
    print: ({ state }) => {
      const states = CONNTRACK_STATES.filter((name) => state.value.includes(name));
      return `-m conntrack ${not(state)}--ctstate ${states.join(',')}`;
    },
    parse: (options) => {
      const option = soleOption(options, '--ctstate');
      const names = option?.values[0]?.text.split(',') ?? [];
      const states = CONNTRACK_STATES.filter((name) => names.includes(name));
      if (option === undefined || states.length !== new Set(names).size) return undefined;
      return { kind: 'conntrack', state: negatable(states, option) };
    },
  },

  /** libxt_mark */
  mark: {
    modules: ['mark'],
    print: ({ mark, mask }) => {
      const suffix = mask === 0xffffffff ? '' : `/${spelling.hex(mask)}`;
      return `-m mark ${not(mark)}--mark ${spelling.hex(mark.value)}${suffix}`;
    },
    parse: (options) => {
      const option = soleOption(options, '--mark');
      const masked = spelling.parseMasked(option?.values[0]?.text ?? '');
      if (option === undefined || masked === undefined) return undefined;
      return { kind: 'mark', mark: negatable(masked.value, option), mask: masked.mask };
    },
  },

  /** libxt_addrtype */
  addrtype: {
    modules: ['addrtype'],
    print: ({ source, destination }) => {
      const sourceText = source === undefined ? '' : ` ${not(source)}--src-type ${source.value}`;
      const destinationText =
        destination === undefined ? '' : ` ${not(destination)}--dst-type ${destination.value}`;
      return `-m addrtype${sourceText}${destinationText}`;
    },
    parse: (options) => {
      const source = localAddress(options, '--src-type');
      const destination = localAddress(options, '--dst-type');
      const understood = [source, destination].filter((side) => side !== undefined).length;
      if (understood === 0 || understood !== options.length) return undefined;
      return { kind: 'addrtype', ...(source && { source }), ...(destination && { destination }) };
    },
  },

  /** libxt_statistic */
  statistic: {
    modules: ['statistic'],
    print: (match) =>
      `-m statistic --mode random --probability ${spelling.formatProbability(match.threshold)}`,
    parse: (options) => {
      const values = plainValues(options, ['--mode', '--probability']);
      if (values?.get('--mode') !== 'random') return undefined;
      const threshold = spelling.parseProbability(values.get('--probability') ?? '');
      return threshold === undefined ? undefined : { kind: 'statistic', threshold };
    },
  },

  /** libxt_recent; its first revision did not print the mask, and meant the whole address. */
  recent: {
    modules: ['recent'],
    print: ({ list, action }, family) => {
      const actionText = 'set' in action ? '--set' : `--rcheck --seconds ${action.seconds} --reap`;
      return `-m recent ${actionText} --name ${list} --mask ${spelling.fullMask(family)} --rsource`;
    },
    parse: (options, _module, family) => {
      const values = plainValues(options, RECENT_OPTIONS);
      const list = values?.get('--name');
      if (values === undefined || list === undefined || !isBare(list)) return undefined;
      const mask = spelling.fullMask(family);
      if ((values.get('--mask') ?? mask) !== mask) return undefined;
      const action = recentAction(values);
      return action === undefined ? undefined : { kind: 'recent', list, action };
    },
  },

  /** libxt_nfacct, two blanks and all. */
  nfacct: {
    modules: ['nfacct'],
    print: (match) => `-m nfacct --nfacct-name  ${quote(match.counter)}`,
    parse: (options) => {
      const counter = plainValue(options, '--nfacct-name');
      return counter === undefined ? undefined : { kind: 'nfacct', counter };
    },
  },
};

const RECENT_OPTIONS = ['--set', '--rcheck', '--seconds', '--reap', '--name', '--mask', '--rsource'];

type RecentAction = MatchOf['recent']['action'];

function recentAction(values: ReadonlyMap<string, string>): RecentAction | undefined {
  const checks = ['--rcheck', '--seconds', '--reap'].filter((name) => values.has(name)).length;
  if (values.has('--set')) return checks === 0 ? { set: true } : undefined;
  const seconds = spelling.parseDecimal(values.get('--seconds') ?? '', 0, 0xffffffff);
  return checks === 3 && seconds !== undefined ? { seconds, reap: true } : undefined;
}

const not = (value: Negatable<unknown>): string => (value.negated === true ? '! ' : '');

const negatable = <T>(value: T, option: Option): Negatable<T> =>
  option.negated ? { value, negated: true } : { value };

function localAddress(options: readonly Option[], name: string): Negatable<AddressKind> | undefined {
  const [option, ...others] = options.filter((candidate) => candidate.name === name);
  if (
    option === undefined ||
    others.length > 0 ||
    option.values.length !== 1 ||
    option.values[0]?.text !== 'LOCAL'
  )
    return undefined;
  return negatable('LOCAL', option);
}

const printKind = <K extends MatchKind>(kind: K, match: MatchOf[K], family: IpFamily): string =>
  MATCH_CODECS[kind].print(match, family);

/** The match as iptables-save prints it, from `-m` on. */
export function printMatch(match: Match, family: IpFamily): string {
  if (match.kind === 'other') return ['-m', match.module, ...match.words].join(' ');
  return printKind(match.kind, match, family);
}

const CODEC_OF_MODULE: ReadonlyMap<string, MatchCodec<Match>> = new Map(
  Object.values(MATCH_CODECS).flatMap((codec) =>
    codec.modules.map((module) => [module, codec as MatchCodec<Match>] as const),
  ),
);

/** Reads the options behind `-m module`; undefined when the match can only be kept word by word. */
export function parseMatch(module: string, options: readonly Option[], family: IpFamily): Match | undefined {
  return CODEC_OF_MODULE.get(module)?.parse(options, module, family);
}
