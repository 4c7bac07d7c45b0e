/** What kube-proxy reads of a cluster, straight from its API server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { appendAll } from '../text/append-all.ts';
import { type Source } from '../text/source.ts';
import { type AccessChoice, chooseAccess } from './account.ts';
import { type World } from './answer.ts';
import { connect } from './connection.ts';
import { follow, type Followed } from './follow.ts';
import { type Asking, listFirst } from './list.ts';
import { MAX_KEPT_LENGTH } from './limits.ts';
import { FORBIDDEN } from './refusals.ts';
import { type Environment } from './read-kubeconfig.ts';
import { WANTED } from './resources.ts';
import { sourcesOf } from './sources.ts';

/** Which cluster to read, and how patiently. */
export interface ClusterRequest extends AccessChoice {
  readonly env: Environment;
  /** Called before each list begins. */
  readonly onStep?: ((what: string) => void) | undefined;
}

/** The real clock. */
const REAL_WORLD: World = {
  now: Date.now,
  random: Math.random,
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
};

/**
 * Lists Services, EndpointSlices and Nodes once. Returns them as texts for the reader of manifests, or none and why.
 */
export async function readCluster(
  request: ClusterRequest,
  world: World = REAL_WORLD,
): Promise<Outcome<readonly Source[]>> {
  const asking = await begin(request, world, new AbortController().signal);
  if ('problems' in asking) return asking;
  const sources: Source[] = [];
  const problems: Diagnostic[] = [];
  for (const resources of WANTED) {
    request.onStep?.(`reading ${resources[0]?.name ?? ''} of the cluster`);
    const answer = await listFirst(resources, asking);
    if (answer.failure === undefined) appendAll(sources, sourcesOf(answer.value));
    else problems.push(answer.failure.problem);
    // Whether an account may list one resource does not tell whether it may list others.
    if (answer.failure !== undefined && answer.failure.status !== FORBIDDEN) break;
  }
  return { value: problems.length === 0 ? sources : [], problems };
}

/** A cluster that is followed. */
export interface FollowedCluster {
  /** Returns the objects as they are now; none, and why, when that is not known. */
  readonly read: () => Promise<Outcome<readonly Source[]>>;
  /** Ends all questions. */
  readonly close: () => Promise<void>;
}

/** Milliseconds for which a state may be told that cannot be brought up to date. */
const LONGEST_TROUBLE = 60_000;

/** Lists and then watches Services, EndpointSlices and Nodes, until it is closed. */
export function followCluster(request: ClusterRequest, world: World = REAL_WORLD): FollowedCluster {
  const closing = new AbortController();
  let followed: readonly Followed[] | undefined;
  return {
    read: async () => {
      if (followed === undefined) {
        const asking = await begin(request, world, closing.signal);
        if ('problems' in asking) return asking;
        followed = WANTED.map((resources) => follow(resources, asking));
      }
      await Promise.all(followed.map(({ begun }) => begun));
      return stateOf(followed, world);
    },
    close: async () => {
      closing.abort();
      await Promise.all((followed ?? []).map(({ ended }) => ended));
    },
  };
}

/** A short trouble is waited for in silence: the state is then hardly older than an interval. */
function stateOf(followed: readonly Followed[], world: World): Outcome<readonly Source[]> {
  const problems = followed.flatMap(({ listed, trouble }) => {
    const current = trouble();
    if (current === undefined) return [];
    const isLong = world.now() - current.since >= LONGEST_TROUBLE;
    return listed() === undefined || isLong ? [current.problem] : [];
  });
  if (problems.length > 0) return { value: [], problems };
  return {
    value: followed.flatMap(({ listed }) => {
      const state = listed();
      return state === undefined ? [] : sourcesOf(state);
    }),
    problems: [],
  };
}

async function begin(
  { file, context, env, timeout }: ClusterRequest,
  world: World,
  signal: AbortSignal,
): Promise<Asking | Outcome<readonly Source[]>> {
  const access = await chooseAccess({ file, context, timeout }, env);
  if (access.failure !== undefined) return { value: [], problems: [access.failure.problem] };
  return { connection: connect(access.value), world, signal, timeout, mostKept: MAX_KEPT_LENGTH };
}
