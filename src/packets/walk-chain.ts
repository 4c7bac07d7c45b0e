import { applyChange, type Change, isChange, withShare } from './apply-action.ts';
import { applyTest, type Knowledge } from './apply-test.ts';
import { piecesFor } from './chain-index.ts';
import { mergeStates } from './merge-states.ts';
import {
  type Action,
  isTest,
  type Program,
  type ProgramChain,
  type ProgramRule,
  type RuleRef,
  type Share,
  type Test,
} from './program.ts';
import { type Rational } from './rational.ts';
import { mayHave, type WalkState } from './state.ts';

/**
 * The deepest nesting of jumps. A rule set with more counts as broken. nftables allows 16; kube-proxy needs
 * 4.
 */
export const MOST_JUMPS = 400;

/** A rule that some packets reached. */
export interface Visit {
  readonly rule: ProgramRule;
  /** The packets as they reached the rule. */
  readonly state: WalkState;
  /** The first test that some or all packets failed; undefined when all packets match. */
  readonly failed: Test | undefined;
  /** Whether any of the packets match. */
  readonly matched: boolean;
}

/** What a walk through chains needs, and functions that receive packets whose way ends. */
export interface Walk extends Knowledge {
  readonly program: Program;
  readonly observe: ((visit: Visit) => void) | undefined;
  /** Called for an assumption that made no difference. */
  readonly forget: () => void;
  /** Called before each rule. Returns false when the walk must end here without a result. */
  readonly mayGoOn: (rule: RuleRef) => boolean;
  /** These rules cannot be evaluated; the kernel would not load them either. */
  readonly breakOff: (rule: RuleRef, why: string) => void;
  /** Called with packets that come through all rules ahead of those that are still on their way. */
  readonly arrived: (state: WalkState) => void;
  /** Called with packets that end in a rule, or by a policy. */
  readonly stopped: (verdict: 'DROP' | 'REJECT', state: WalkState) => void;
}

/** Where packets come out of a chain. */
interface Exits {
  /** To the chain that called this one. */
  readonly returned: WalkState[];
  /** Out of the base chain, to the next one. */
  readonly accepted: WalkState[];
}

/**
 * Walks packets through a base chain. Returns those that came through: by a verdict that accepts, or at the end of
 * the chain where its policy accepts.
 */
export function walkBaseChain(
  chain: ProgramChain,
  policy: 'accept' | 'drop',
  states: readonly WalkState[],
  walk: Walk,
): readonly WalkState[] {
  const exits: Exits = { returned: [], accepted: [] };
  for (const state of states) walkChain(chain, state, { depth: 0, walk, exits });
  if (policy === 'accept') return mergeStates([...exits.accepted, ...exits.returned], walk.forget);
  for (const state of exits.returned) walk.stopped('DROP', state);
  return mergeStates(exits.accepted, walk.forget);
}

/** A chain on the way. */
interface InChain {
  /** How many jumps lead here from the base chain. */
  readonly depth: number;
  readonly walk: Walk;
  readonly exits: Exits;
}

function walkChain(chain: ProgramChain, state: WalkState, here: InChain): void {
  for (const piece of piecesFor(chain, state)) {
    let current: readonly WalkState[] = [piece.state];
    for (const rule of piece.rules) {
      if (current.length === 0 || !here.walk.mayGoOn(rule.ref)) break;
      const goOn: WalkState[] = [];
      for (const before of current) walkRule(rule, before, here, goOn);
      current = mergeStates(goOn, here.walk.forget);
    }
    for (const after of current) here.exits.returned.push(after);
  }
}

/** Takes packets through the steps of one rule. `goOn` receives those that reach the next rule. */
function walkRule(rule: ProgramRule, state: WalkState, here: InChain, goOn: WalkState[]): void {
  const missed = missedBy(rule, state);
  if (missed !== undefined) {
    here.walk.observe?.({ rule, state, failed: missed, matched: false });
    goOn.push(state);
    return;
  }
  let failed: Test | undefined;
  let current: readonly WalkState[] = [state];
  let entry: Pick<NonNullable<WalkState['path']>, 'rule' | 'depth' | 'share'> = {
    rule: rule.ref,
    depth: here.depth,
    share: undefined,
  };
  let acted = false;
  for (const step of rule.steps) {
    if (current.length === 0) break;
    if (isTest(step)) {
      if (step.kind === 'random') entry = { ...entry, share: chanceOf(step) };
      const parted = current.map((before) => applyTest(step, before, rule.ref, here.walk));
      for (const { no } of parted) for (const after of no) goOn.push(after);
      if (failed === undefined && parted.some(({ no }) => no.length > 0)) failed = step;
      current = parted.flatMap(({ yes }) => yes);
    } else {
      const met = acted
        ? current
        : current.map((before) => ({ ...before, path: { ...entry, before: before.path } }));
      acted = true;
      here.walk.observe?.({ rule, state, failed, matched: met.length > 0 });
      current = met.flatMap((before) => act(step, before, rule.ref, here));
    }
  }
  if (!acted) here.walk.observe?.({ rule, state, failed, matched: current.length > 0 });
  for (const after of current) goOn.push(after);
}

/** Returns undefined where another thing than chance decides. */
const chanceOf = ({ share, by }: Extract<Test, { kind: 'random' }>): Rational | undefined =>
  by === undefined ? share.intended : undefined;

/**
 * Returns the first of the tests at the beginning of a rule that no packet of the state passes. Most packets
 * leave most rules here.
 */
function missedBy({ steps }: ProgramRule, state: WalkState): Test | undefined {
  for (const step of steps) {
    if (step.kind !== 'field') return undefined;
    if (!mayHave(state, step.field, step.values)) return step;
  }
  return undefined;
}

/** Does what a rule says. Returns the packets that reach the next step of the rule, or the next rule. */
function act(action: Action, state: WalkState, rule: RuleRef, here: InChain): readonly WalkState[] {
  if (isChange(action)) return change(action, state, rule, here);
  switch (action.kind) {
    case 'accept':
    case 'return':
      (action.kind === 'accept' ? here.exits.accepted : here.exits.returned).push(state);
      return [];
    case 'drop':
    case 'reject':
      here.walk.stopped(action.kind === 'drop' ? 'DROP' : 'REJECT', state);
      return [];
    case 'jump':
      return enter(action.chain, state, rule, here);
    case 'goto':
      for (const after of enter(action.chain, state, rule, here)) here.exits.returned.push(after);
      return [];
    case 'choose':
      return action.choices.flatMap((choice) => act(choice.action, chosen(state, choice.share), rule, here));
  }
}

function change(
  action: Change,
  state: WalkState,
  rule: RuleRef,
  { walk, exits }: InChain,
): readonly WalkState[] {
  const changed = applyChange(action, state, rule, walk.program.localAddresses);
  if (!TRANSLATIONS.has(action.kind)) return changed;
  for (const after of changed) exits.accepted.push(after);
  return [];
}

/** Actions that translate an address. They also end the walk through nat, like a verdict. */
const TRANSLATIONS: ReadonlySet<Action['kind']> = new Set<Action['kind']>([
  'translate-destination',
  'redirect',
  'translate-source',
]);

/** Returns the state with the share of a choice, which the path also shows. */
const chosen = (state: WalkState, share: Share): WalkState => ({
  ...withShare(state, share),
  ...(state.path !== undefined && { path: { ...state.path, share: share.intended } }),
});

/** Walks a chain that a rule calls. Returns the packets that come back from it. */
function enter(id: string, state: WalkState, rule: RuleRef, here: InChain): readonly WalkState[] {
  const { walk, exits, depth } = here;
  const chain = walk.program.chain(id);
  if (chain === undefined) {
    const missing: Change = { kind: 'unclear', what: `chain ${id}, which is not there` };
    return applyChange(missing, state, rule, walk.program.localAddresses);
  }
  if (depth >= MOST_JUMPS) {
    walk.breakOff(
      rule,
      `the jumps are nested more than ${MOST_JUMPS} deep here; does a chain lead to itself?`,
    );
    return [];
  }
  const returned: WalkState[] = [];
  walkChain(chain, state, { walk, depth: depth + 1, exits: { ...exits, returned } });
  return mergeStates(returned, walk.forget);
}
