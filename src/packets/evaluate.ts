/**
 * Finds where packets go. The evaluator takes a set of packets through the base chains in the order in which
 * the kernel calls them. It splits the set only where a rule treats some of its packets differently. A single
 * packet is a set of one.
 */
import { interfaceNumber, NO_INTERFACE } from './interface-names.ts';
import { mergeOutcomes, outcomeOf, type PacketOutcome } from './outcome.ts';
import { type Box, narrow, originNumber, stateNumber, withField } from './packet-set.ts';
import { ANY_AGE, JUST_SEEN, NOT_SEEN } from './client-ages.ts';
import { intersect, type Intervals, only, soleValue, subtract } from './intervals.ts';
import { type BaseChain, type Hook, type Program, type RuleRef } from './program.ts';
import { entering, fieldNow, type WalkState } from './state.ts';
import { type Visit, type Walk, walkBaseChain } from './walk-chain.ts';

/** What the result depends on besides rules and packets. */
export interface EvaluateOptions {
  /**
   * Says whether clients are on a list (of `recent`, or a dynamic set) that `clients` of the packets does not contain.
   * `false`: the client is on no list. Undefined: the packets are split by each list that a rule tests.
   */
  readonly knownClients: boolean | undefined;
  /** Called for each rule that packets reach; for explanations. */
  readonly observe?: (visit: Visit) => void;
  /** The most rules to test before the evaluation stops without a result. Default: 3 million. */
  readonly mostRules?: number;
  /**
   * The most undecided questions that may split the packets at one time. The answer to further ones is taken
   * as no. Default: 250.
   */
  readonly mostAssumptions?: number;
}

/** The result: where packets go. */
export interface Evaluation {
  /**
   * The outcomes whose `packets` contain a packet are its distribution. Their shares add up to 1 for each set of
   * answers to the questions in the assumptions.
   */
  readonly outcomes: readonly PacketOutcome[];
  /** Why there is no result; outcomes are empty then. */
  readonly broken: { readonly rule: RuleRef; readonly why: string } | undefined;
}

const MOST_RULES = 3_000_000;
const MOST_ASSUMPTIONS = 250;
const LOOPBACK = interfaceNumber('lo');

/** Evaluates the rules for all packets of a box. */
export function evaluate(program: Program, packets: Box, options: EvaluateOptions): Evaluation {
  const outcomes: PacketOutcome[] = [];
  const { walk, broken } = newWalk(program, options, outcomes);
  const forwarded = narrow(packets, { origin: only(originNumber('forwarded')) });
  const local = narrow(packets, { origin: only(originNumber('local')) });
  const arrived = [
    ...(forwarded === undefined ? [] : walkForwarded(entering(forwarded), walk)),
    ...(local === undefined ? [] : walkLocal(entering(local), walk)),
  ];
  for (const state of arrived) walk.arrived(state);
  const why = broken();
  return why === undefined
    ? { outcomes: mergeOutcomes(outcomes), broken: undefined }
    : { outcomes: [], broken: why };
}

function newWalk(
  program: Program,
  { knownClients, observe, mostRules = MOST_RULES, mostAssumptions = MOST_ASSUMPTIONS }: EvaluateOptions,
  outcomes: PacketOutcome[],
): { readonly walk: Walk; readonly broken: () => Evaluation['broken'] } {
  let rules = 0;
  let assumptions = 0;
  let broken: Evaluation['broken'];
  const walk: Walk = {
    program,
    observe,
    unlistedClients: knownClients === undefined ? ANY_AGE : knownClients ? JUST_SEEN : NOT_SEEN,
    mayAssume: () => {
      if (assumptions >= mostAssumptions) return false;
      assumptions += 1;
      return true;
    },
    forget: () => {
      assumptions -= 1;
    },
    mayGoOn: (rule) => {
      rules += 1;
      if (rules > mostRules)
        broken ??= { rule, why: `the packets did not come through after ${mostRules} rules` };
      return broken === undefined;
    },
    breakOff: (rule, why) => {
      broken ??= { rule, why };
    },
    arrived: (state) => outcomes.push(outcomeOf(state.destinationTranslated ? 'DNAT' : 'ACCEPT', state)),
    stopped: (verdict, state) => outcomes.push(outcomeOf(verdict, state)),
  };
  return { walk, broken: () => broken };
}

/**
 * Walks through PREROUTING, the routing decision by the destination after nat, and INPUT, or FORWARD and POSTROUTING.
 */
function walkForwarded(state: WalkState, walk: Walk): readonly WalkState[] {
  const routed = walkHook('PREROUTING', [{ ...state, outInterface: NO_INTERFACE }], walk).map((after) =>
    partByRoute(after, walk.program),
  );
  const toHost = walkHook(
    'INPUT',
    routed.flatMap(({ here }) => here),
    walk,
  );
  const through = walkHook(
    'FORWARD',
    routed.flatMap(({ elsewhere }) => elsewhere.map((away) => ({ ...away, outInterface: undefined }))),
    walk,
  );
  return [...toHost, ...walkHook('POSTROUTING', through, walk)];
}

/**
 * Walks through OUTPUT and POSTROUTING. Packets that the host sends to itself come in again by the loopback
 * interface: they pass PREROUTING, without nat because it has seen the connection, and INPUT.
 */
function walkLocal(state: WalkState, walk: Walk): readonly WalkState[] {
  const { here, elsewhere } = partByRoute(state, walk.program);
  const started = [...here.map((own) => ({ ...own, outInterface: LOOPBACK })), ...elsewhere];
  const sent = walkHook('OUTPUT', started, walk).map((after) => partByRoute(after, walk.program));
  const leaving = sent.flatMap((parts) =>
    parts.elsewhere.map((away) => ({ ...away, outInterface: undefined })),
  );
  const staying = sent.flatMap((parts) => parts.here.map((own) => ({ ...own, outInterface: LOOPBACK })));
  const back = walkHook('POSTROUTING', staying, walk).map((own) => ({
    ...own,
    inInterface: LOOPBACK,
    outInterface: NO_INTERFACE,
  }));
  const received = walkHook('PREROUTING', back, walk, (base) => !base.isNat);
  return [...walkHook('POSTROUTING', leaving, walk), ...walkHook('INPUT', received, walk)];
}

/** Walks through all base chains of a hook in the order of their priorities. */
function walkHook(
  hook: Hook,
  states: readonly WalkState[],
  walk: Walk,
  isCalled: (base: BaseChain) => boolean = () => true,
): readonly WalkState[] {
  const called = walk.program.baseChains.filter((base) => base.hook === hook && isCalled(base));
  let current = states;
  for (const base of [...called].sort((a, b) => a.priority - b.priority)) {
    const chain = walk.program.chain(base.chain);
    if (chain === undefined) continue;
    const seen: WalkState[] = [];
    const passed: WalkState[] = [];
    for (const state of current) {
      if (base.balances === true) (state.virtual === undefined ? seen : passed).push(state);
      else if (!base.isNat) seen.push(state);
      else for (const part of partByNat(state, hook)) (part.isSeen ? seen : passed).push(part.state);
    }
    const after = walkBaseChain(chain, base.policy, seen, walk);
    current = [...passed, ...(base.balances === true ? sendBalanced(after, walk) : after)];
  }
  return current;
}

/**
 * Sends what a balancer gives to other hosts on, through OUTPUT and POSTROUTING. Returns the packets for this host,
 * which go on where they are. (ip_vs_nat_send_or_cont, net/netfilter/ipvs/ip_vs_xmit.c)
 */
function sendBalanced(states: readonly WalkState[], walk: Walk): readonly WalkState[] {
  const staying: WalkState[] = [];
  const leaving: WalkState[] = [];
  for (const state of states) {
    if (state.virtual === undefined) staying.push(state);
    else {
      const { here, elsewhere } = partByRoute(state, walk.program);
      for (const own of here) staying.push(own);
      for (const away of elsewhere) leaving.push({ ...away, outInterface: undefined });
    }
  }
  if (leaving.length === 0) return staying;
  for (const sent of walkHook('POSTROUTING', walkHook('OUTPUT', leaving, walk), walk)) walk.arrived(sent);
  return staying;
}

const DESTINATION_HOOKS: ReadonlySet<Hook> = new Set<Hook>(['PREROUTING', 'OUTPUT']);
/** The states of packets that pass nat. */
export const FIRST_OF_CONNECTION: Intervals = [...only(stateNumber('NEW')), ...only(stateNumber('RELATED'))];

/**
 * Separates the packets that pass nat: first packets of connections, as long as no address was chosen. (nf_nat_inet_fn)
 */
function partByNat(
  state: WalkState,
  hook: Hook,
): readonly { readonly state: WalkState; readonly isSeen: boolean }[] {
  const isDone = DESTINATION_HOOKS.has(hook) ? state.destinationTranslated : state.sourceTranslated;
  if (isDone || state.untracked) return [{ state, isSeen: false }];
  const { packets } = state;
  const now = packets.fields.conntrack;
  const first = intersect(now, FIRST_OF_CONNECTION);
  if (first === now) return [{ state, isSeen: true }];
  const later = { ...state, packets: withField(packets, 'conntrack', subtract(now, FIRST_OF_CONNECTION)) };
  if (first.length === 0) return [{ state, isSeen: false }];
  return [
    { state: { ...state, packets: withField(packets, 'conntrack', first) }, isSeen: true },
    { state: later, isSeen: false },
  ];
}

/** Separates packets for this host from packets for others. */
function partByRoute(
  state: WalkState,
  { localAddresses }: Program,
): { readonly here: readonly WalkState[]; readonly elsewhere: readonly WalkState[] } {
  const now = fieldNow(state, 'destination');
  const here = intersect(now, localAddresses);
  if (here.length === 0) return { here: [], elsewhere: [state] };
  if (here === now || soleValue(now) !== undefined) return { here: [state], elsewhere: [] };
  const elsewhere = subtract(now, localAddresses);
  return {
    here: [{ ...state, packets: withField(state.packets, 'destination', here) }],
    elsewhere: [{ ...state, packets: withField(state.packets, 'destination', elsewhere) }],
  };
}
