import { type Rule } from './model.ts';
import { type IpFamily } from '../../text/ip.ts';
import { type Word, type WordError } from '../../text/words.ts';
import { type Counters } from './dump.ts';
import { parseNetwork } from './networks.ts';
import { type Option } from './options.ts';
import { canonicalProtocol } from './protocols.ts';

/** `-m NAME` or `-j NAME` with the options that belong to it. */
export interface OptionGroup {
  readonly name: string;
  /** Where the name stands. */
  readonly offset: number;
  readonly options: readonly Option[];
}

export interface TargetGroup extends OptionGroup {
  readonly isGoto: boolean;
}

/** The words of a rule, sorted by what they belong to. */
export interface RuleParts {
  readonly header: Omit<Rule, 'matches' | 'target'>;
  readonly matches: readonly OptionGroup[];
  readonly target: TargetGroup | undefined;
  readonly counters: Counters | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface OptionDraft {
  readonly name: string;
  readonly offset: number;
  negated: boolean;
  readonly values: Word[];
}

interface GroupDraft {
  readonly name: string;
  readonly offset: number;
  readonly options: OptionDraft[];
}

interface PartsDraft extends Writable<RuleParts> {
  readonly header: Writable<RuleParts['header']>;
  readonly matches: GroupDraft[];
}

const HEADER_NAMES: ReadonlyMap<string, string> = new Map([
  ['--source', '-s'],
  ['--src', '-s'],
  ['--destination', '-d'],
  ['--dst', '-d'],
  ['--in-interface', '-i'],
  ['--out-interface', '-o'],
  ['--protocol', '-p'],
  ['--proto', '-p'],
  ['--fragment', '-f'],
  ['--match', '-m'],
  ['--jump', '-j'],
  ['--goto', '-g'],
  ['--set-counters', '-c'],
  ...['-s', '-d', '-i', '-o', '-p', '-f', '-m', '-j', '-g', '-c'].map((name) => [name, name] as const),
]);

/** Header options that old releases printed with the `!` ahead of the value. */
const NEGATABLE: ReadonlySet<string> = new Set(['-s', '-d', '-i', '-o', '-p']);

/** Options whose value is free text: the word behind them is never an option, whatever it looks like. */
const TEXT_OPTIONS: ReadonlySet<string> = new Set([
  '--comment',
  '--log-prefix',
  '--nflog-prefix',
  '--ulog-prefix',
  '--string',
  '--hex-string',
  '--name',
  '--hashlimit-name',
  '--nfacct-name',
  '--match-set',
  '--helper',
  '--label',
  '--path',
  '--bytecode',
  '--u32',
  '--selctx',
  '--led-trigger-id',
  '--listed',
]);

/** Options that make iptables load the match of the rule's protocol when `-m` did not. */
const PORT_OPTIONS: ReadonlySet<string> = new Set([
  '--dport',
  '--destination-port',
  '--sport',
  '--source-port',
  '--tcp-flags',
  '--syn',
  '--tcp-option',
  '--icmp-type',
  '--icmpv6-type',
]);

/** The matches that have {@link PORT_OPTIONS}. */
const PORT_MATCHES: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'sctp',
  'dccp',
  'udplite',
  'icmp',
  'icmp6',
  'multiport',
]);

/** Sorts the words behind `-A CHAIN`, which may stand in any order that iptables accepts. */
export function readRuleParts(words: readonly Word[], family: IpFamily): RuleParts | WordError {
  const reader = new RuleReader(words, family);
  return reader.readAll() ?? reader.parts;
}

/** A cursor over the words of one rule. Each method returns what is wrong, or undefined. */
class RuleReader {
  readonly parts: PartsDraft = { header: {}, matches: [], target: undefined, counters: undefined };
  readonly #words: readonly Word[];
  readonly #family: IpFamily;
  #next = 0;
  /** Where options go that stand next. */
  #current: GroupDraft | undefined;

  constructor(words: readonly Word[], family: IpFamily) {
    this.#words = words;
    this.#family = family;
  }

  readAll(): WordError | undefined {
    for (let word = this.#take(); word !== undefined; word = this.#take()) {
      const error = this.#isBang(word) ? this.#readNegated(word) : this.#readWord(word, false);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  #readNegated(bang: Word): WordError | undefined {
    const option = this.#current?.options.at(-1);
    const next = this.#peek();
    if (next?.raw.startsWith('-') === true) {
      if (option?.values.length === 0 && TEXT_OPTIONS.has(option.name))
        return failure(bang, `${option.name} has no value.`);
      return this.#readWord(this.#take() ?? bang, true);
    }
    if (next === undefined || option?.values.length !== 0) return failure(bang, 'This ! negates nothing.');
    option.negated = true;
    return undefined;
  }

  #readWord(word: Word, negated: boolean): WordError | undefined {
    const header = HEADER_NAMES.get(word.raw);
    // The policy match has a `--proto` of its own.
    if (header !== undefined && !(word.raw === '--proto' && this.#current?.name === 'policy')) {
      return this.#readHeader(header, word, negated);
    }
    if (word.raw.startsWith('--')) return this.#readOption(word, negated);
    if (/^-[A-Za-z]/.test(word.raw)) return failure(word, notAnOption(word.raw));
    const option = this.#current?.options.at(-1);
    const isFull = option?.name === '--comment' && option.values.length > 0;
    if (word.raw.startsWith('[unsupported')) return failure(word, UNSUPPORTED);
    if (option === undefined || isFull) return failure(word, `${word.raw} belongs to no option.`);
    option.values.push(word);
    return undefined;
  }

  #readOption(word: Word, negated: boolean): WordError | undefined {
    const group = PORT_OPTIONS.has(word.raw) ? this.#protocolGroup() : this.#current;
    if (group === undefined) return failure(word, `${word.raw} belongs to no match or target.`);
    const option: OptionDraft = { name: word.raw, offset: word.offset, negated, values: [] };
    group.options.push(option);
    this.#current = group;
    if (!TEXT_OPTIONS.has(word.raw) || this.#peek()?.raw === '!') return undefined;
    const text = this.#take();
    if (text === undefined) return failure(word, `${word.raw} has no value.`);
    option.values.push(text);
    return undefined;
  }

  /** The match of the rule's protocol, loaded now if need be; multiport has options of the same names. */
  #protocolGroup(): GroupDraft | undefined {
    if (this.#current !== undefined && PORT_MATCHES.has(this.#current.name)) return this.#current;
    const { header, matches } = this.parts;
    const loaded = matches.findLast((group) => PORT_MATCHES.has(group.name));
    const protocol = header.protocol?.value;
    const name = protocol === 'ipv6-icmp' ? 'icmp6' : protocol;
    if (loaded !== undefined || name === undefined || !PORT_MATCHES.has(name)) return loaded ?? this.#current;
    const implied: GroupDraft = { name, offset: this.#words[this.#next - 1]?.offset ?? 0, options: [] };
    matches.push(implied);
    return implied;
  }

  #readHeader(name: string, word: Word, negatedAhead: boolean): WordError | undefined {
    if (name === '-f') return this.#setHeader('fragment', true, word, negatedAhead);
    const oldNegation = NEGATABLE.has(name) && this.#isBang(this.#peek());
    if (oldNegation) this.#next += 1;
    const value = this.#take();
    if (value === undefined) return failure(word, `${word.raw} has no value.`);
    const negated = negatedAhead || oldNegation;
    if (name === '-s') return this.#setNetwork('source', value, negated);
    if (name === '-d') return this.#setNetwork('destination', value, negated);
    if (name === '-i') return this.#setInterface('inInterface', value, negated);
    if (name === '-o') return this.#setInterface('outInterface', value, negated);
    if (name === '-p') return this.#setProtocol(value, negated);
    if (negated) return failure(word, `${word.raw} cannot be negated.`);
    return this.#readGroup(name, word, value);
  }

  #readGroup(name: string, word: Word, value: Word): WordError | undefined {
    if (name === '-c') return this.#readCounters(word, value);
    if (!isName(value)) return failure(value, `${value.raw} cannot be the name of a match, chain or target.`);
    if (name === '-m') {
      this.#current = { name: value.text, offset: value.offset, options: [] };
      this.parts.matches.push(this.#current);
      return undefined;
    }
    if (this.parts.target !== undefined) return failure(word, 'A rule has one target only.');
    const target = { name: value.text, options: [], offset: value.offset, isGoto: name === '-g' };
    this.parts.target = target;
    this.#current = target;
    return undefined;
  }

  #readCounters(word: Word, packets: Word): WordError | undefined {
    const bytes = this.#take();
    if (bytes === undefined || !isCount(packets.raw) || !isCount(bytes.raw))
      return failure(word, `${word.raw} needs two numbers.`);
    this.parts.counters = { packets: packets.raw, bytes: bytes.raw };
    return undefined;
  }

  #setNetwork(field: 'source' | 'destination', value: Word, negated: boolean): WordError | undefined {
    const network = parseNetwork(value.text);
    if (network === undefined) return failure(value, `${value.raw} is no address.`);
    if (network.family !== this.#family)
      return failure(value, `${value.raw} is no ${this.#family} address, as others in this dump are.`);
    return network.isAll && !negated ? undefined : this.#setHeader(field, network.text, value, negated);
  }

  #setInterface(field: 'inInterface' | 'outInterface', value: Word, negated: boolean): WordError | undefined {
    if (!isName(value)) return failure(value, `${value.raw} cannot be the name of an interface.`);
    return value.text === '+' && !negated ? undefined : this.#setHeader(field, value.text, value, negated);
  }

  #setProtocol(value: Word, negated: boolean): WordError | undefined {
    const name = canonicalProtocol(value.text);
    if (name === undefined) return failure(value, `${value.raw} is no protocol.`);
    return name === 'all' ? undefined : this.#setHeader('protocol', name, value, negated);
  }

  #setHeader<K extends keyof RuleParts['header']>(
    field: K,
    value: NonNullable<RuleParts['header'][K]>['value'],
    word: Word,
    negated: boolean,
  ): WordError | undefined {
    if (this.parts.header[field] !== undefined) return failure(word, 'The rule has this option twice.');
    const held = negated ? { value, negated } : { value };
    Object.assign(this.parts.header, { [field]: held });
    return undefined;
  }

  #take(): Word | undefined {
    const word = this.#words[this.#next];
    this.#next += 1;
    return word;
  }

  #peek(): Word | undefined {
    return this.#words[this.#next];
  }

  #isBang(word: Word | undefined): boolean {
    return word?.raw === '!';
  }
}

/** What iptables prints for a match or target that a newer iptables made. */
const UNSUPPORTED =
  'The iptables that wrote the dump is too old to read this rule: take the dump with the iptables that made the rule.';

const isCount = (text: string): boolean => /^\d+$/.test(text);

/** iptables prints names without quotes, and refuses those that look like options. */
const isName = ({ raw }: Word): boolean => !/^[-!"]/.test(raw);

const failure = (word: Word, message: string): WordError => ({ offset: word.offset, message });

const notAnOption = (raw: string): string =>
  HEADER_NAMES.has(raw.slice(0, 2))
    ? `${raw} is no option: a blank is missing behind ${raw.slice(0, 2)}.`
    : `${raw} is no option that iptables prints.`;
