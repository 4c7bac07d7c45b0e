import { type Intervals } from '../packets/intervals.ts';
import { type Program, type Step } from '../packets/program.ts';
import { formatRational } from '../packets/rational.ts';
import { type Scan, scannerOf } from './scan.ts';
import { MOST_JUMPS } from '../packets/walk-chain.ts';

/** What a chain does, as numbers that can be compared. */
export interface ChainClass {
  /** Equal for chains that do the same with every packet, whatever they are called. */
  readonly class: number;
  /** The class of each rule: equal for rules that do the same, the chains that they call included. */
  readonly rules: Uint32Array;
}

/** Returns what a chain does; undefined when the program has no such chain. */
export type ClassOf = (chain: string) => ChainClass | undefined;

/** What is known of a program after one look at every rule that packets can come to. */
export interface Examined {
  readonly scan: Scan;
  readonly classOf: ClassOf;
}

/**
 * Returns a function that classifies the chains of programs from the bottom up, and notes what their rules
 * name. Each chain is compiled once for both. Chains of two programs are of
 * one class exactly when they consist of the same rules, and the chains called by the rules are of one class.
 * So equal classes prove that both treat all packets alike. A chain that leads to itself is of a class of its
 * own.
 */
export function examiner(): (program: Program) => Examined {
  const numbers = new Map<string, number>();
  let unique = 0;
  const numberFor = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  return (program) => {
    const { scan, visit } = scannerOf(program);
    const known = new Map<string, ChainClass | 'open'>();
    const classify = (id: string, depth: number): ChainClass | undefined => {
      const before = known.get(id);
      if (before !== undefined && before !== 'open') return before;
      if (before === 'open' || depth > MOST_JUMPS) {
        unique += 1;
        return { class: numberFor(`unlike any other ${unique}`), rules: NO_RULES };
      }
      const chain = program.chain(id);
      if (chain === undefined) return undefined;
      known.set(id, 'open');
      visit(chain);
      const names: Names = {
        listNames: scan.clients,
        called: (next) => {
          const number = classify(next, depth + 1)?.class;
          return number === undefined ? `missing ${next}` : String(number);
        },
      };
      const rules = new Uint32Array(chain.rules.length);
      for (const [at, { steps }] of chain.rules.entries()) {
        rules[at] = numberFor(textOf(steps, names));
      }
      const found = { class: numberFor(`chain ${rules.join()}`), rules };
      known.set(id, found);
      return found;
    };
    for (const { chain } of program.baseChains) classify(chain, 0);
    return { scan, classOf: (id) => classify(id, 0) };
  };
}

const NO_RULES = new Uint32Array(0);

/**
 * Returns the chains that two rules call, when the rules are the same apart from what these chains do.
 * Undefined for other rules.
 */
export function callsOfTwins(
  [one, other]: readonly [readonly Step[], readonly Step[]],
  [namesOfOne, namesOfOther]: readonly [Names['listNames'], Names['listNames']],
): readonly [string, string] | undefined {
  const calls: string[] = [];
  const called = (chain: string): string => {
    calls.push(chain);
    return '';
  };
  const isTwin =
    textOf(one, { listNames: namesOfOne, called }) === textOf(other, { listNames: namesOfOther, called });
  const [first, second, ...more] = calls;
  return isTwin && first !== undefined && second !== undefined && more.length === 0
    ? [first, second]
    : undefined;
}

/** How names are replaced by what they stand for. */
interface Names {
  /** Where clients on a list are sent. */
  readonly listNames: ReadonlyMap<string, string>;
  /** What a chain does. */
  readonly called: (chain: string) => string;
}

const textOf = (steps: readonly Step[], names: Names): string =>
  steps.map((step) => stepText(step, names)).join(' ');

/** A text that is equal for steps that do the same. */
function stepText(step: Step, names: Names): string {
  if (step.kind === 'field') return `${step.field} ${valuesText(step.values)}`;
  if (step.kind === 'jump' || step.kind === 'goto') return `${step.kind} ${names.called(step.chain)}`;
  if (step.kind === 'translate-destination')
    return `dnat ${step.balances === true ? 'by a balancer ' : ''}${step.choices.map(({ address = '', port = '' }) => `${address}:${port}`).join()}`;
  if (step.kind === 'random') return `random ${formatRational(step.share.intended)} ${step.by ?? ''}`;
  if (step.kind === 'any')
    return `any ${step.negated} (${step.of.map((tests) => textOf(tests, names)).join(' or ')})`;
  if (step.kind === 'choose') {
    const choices = step.choices.map(
      ({ share, action }) => `${formatRational(share.intended)} ${stepText(action, names)}`,
    );
    return `choose (${choices.join(' or ')})`;
  }
  // JSON, so that free text of rules cannot imitate other steps.
  const list =
    step.kind === 'client' || step.kind === 'remember' ? names.listNames.get(step.list) : undefined;
  return JSON.stringify([step, list], (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

/** A text that is the same for the same numbers. */
const valuesText = (values: Intervals): string =>
  values.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join();
