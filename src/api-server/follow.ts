/** Keeps a list up to date for as long as a watch of a node runs. */
import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Asking, type Listed, listFirst } from './list.ts';
import { GONE } from './refusals.ts';
import { type ApiResource } from './resources.ts';
import { backoff } from './retry.ts';
import { type Kept, watchOnce } from './watch.ts';

/** What is known of a resource now. */
export interface Followed {
  /** Resolves when it was listed, or could not be, for the first time. */
  readonly begun: Promise<void>;
  /** The newest state; undefined until it could be listed. */
  readonly listed: () => Listed | undefined;
  /** Why the state may be out of date, and since when, in milliseconds since 1970; undefined when it is current. */
  readonly trouble: () => Trouble | undefined;
  /** Resolves when it has ended, after the signal. */
  readonly ended: Promise<void>;
}

/** What keeps a state from being current. */
export interface Trouble {
  readonly problem: Diagnostic;
  readonly since: number;
}

/** A follower's memory. */
interface State {
  kept: Kept | undefined;
  /** The server no longer knows where the watch was: the list must be read anew. What was known stays until then. */
  isForgotten: boolean;
  trouble: Trouble | undefined;
  /** Failures one after the other. */
  failures: number;
}

/** Milliseconds between the end of a watch and the next one, so that a server which ends all at once is not flooded. */
const PAUSE = 1000;

/**
 * Lists the first of the resources that the server has, then watches it from there, and again and again until the
 * signal ends it. It is listed anew when the server has forgotten where the watch was. After a failure it waits, longer
 * each time.
 */
export function follow(resources: readonly ApiResource[], asking: Asking): Followed {
  const state: State = { kept: undefined, isForgotten: false, trouble: undefined, failures: 0 };
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const run = async (): Promise<void> => {
    while (!asking.signal.aborted) {
      const wait = await step(state, resources, asking);
      begin();
      if (wait > 0) await asking.world.sleep(wait, asking.signal);
    }
  };
  return { begun, listed: () => state.kept, trouble: () => state.trouble, ended: run() };
}

/** Lists or watches once. Returns how many milliseconds to wait before the next step. */
async function step(state: State, resources: readonly ApiResource[], asking: Asking): Promise<number> {
  const wentWell = (): void => {
    state.trouble = undefined;
    state.failures = 0;
  };
  if (state.kept === undefined || state.isForgotten) {
    const listed = await listFirst(resources, asking);
    if (listed.failure !== undefined) return noteTrouble(state, listed.failure.problem, asking);
    wentWell();
    state.kept = { ...listed.value };
    state.isForgotten = false;
    return 0;
  }
  const { failure } = await watchOnce(state.kept, asking, wentWell);
  state.isForgotten = failure?.status === GONE;
  return failure === undefined || state.isForgotten ? PAUSE : noteTrouble(state, failure.problem, asking);
}

function noteTrouble(state: State, problem: Diagnostic, { world }: Asking): number {
  state.trouble = { problem, since: state.trouble?.since ?? world.now() };
  state.failures += 1;
  return backoff(state.failures, world);
}
