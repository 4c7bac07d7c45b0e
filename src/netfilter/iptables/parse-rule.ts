import { type Match, type Rule, type Target } from './model.ts';
import { type IpFamily } from '../../text/ip.ts';
import { type Word, type WordError } from '../../text/words.ts';
import { type Counters } from './dump.ts';
import { checkOptions } from './check-options.ts';
import { parseMatch } from './match-codecs.ts';
import { spellOptions } from './options.ts';
import { type OptionGroup, type TargetGroup, readRuleParts } from './rule-parts.ts';
import { isTargetName, parseTarget } from './target-codecs.ts';

/** What the meaning of a rule's words depends on. */
export interface RuleContext {
  readonly family: IpFamily;
  /** Whether the dump has a chain of that name. */
  readonly hasChain: (name: string) => boolean;
  /** Whether every option must be one that iptables prints, told by where the rule leads. */
  readonly mustBeWhole?: (target: string | undefined) => boolean;
}

/** A rule, and the counters that `iptables -S -v` puts among its words. */
export interface ReadRule {
  readonly rule: Rule;
  readonly counters: Counters | undefined;
}

/**
 * Reads the words behind `-A CHAIN`. What the model has a structure for gets it; every other option is kept word by
 * word in its place, unless the rule must be whole and the option is none that iptables prints.
 */
export function parseRule(words: readonly Word[], context: RuleContext): ReadRule | WordError {
  const parts = readRuleParts(words, context.family);
  if ('message' in parts) return parts;
  const damage =
    context.mustBeWhole?.(parts.target?.name) === true ? checkOptions(parts, context.family) : undefined;
  if (damage !== undefined) return damage;
  const matches = parts.matches.map((group) => buildMatch(group, context.family));
  const target = parts.target && buildTarget(parts.target, context);
  if (target !== undefined && 'message' in target) return target;
  return { rule: { ...parts.header, matches, ...(target && { target }) }, counters: parts.counters };
}

function buildMatch({ name, options }: OptionGroup, family: IpFamily): Match {
  return parseMatch(name, options, family) ?? { kind: 'other', module: name, words: spellOptions(options) };
}

/**
 * A name is a chain when the table has it. A name that nothing is known of is a chain too: one that a dump caught in
 * the middle of a sync does not hold yet, or that an excerpt leaves out.
 */
function buildTarget(group: TargetGroup, { family, hasChain }: RuleContext): Target | WordError {
  const { name, options, isGoto, offset } = group;
  // Without options, every name that is of no target is a chain.
  const isChain = isGoto || (options.length === 0 && !isTargetName(name)) || hasChain(name);
  if (isChain)
    return options.length > 0
      ? { offset, message: `${name} is a chain and takes no options.` }
      : { kind: isGoto ? 'goto' : 'jump', chain: name };
  return parseTarget(name, options, family) ?? { kind: 'other', name, words: spellOptions(options) };
}
