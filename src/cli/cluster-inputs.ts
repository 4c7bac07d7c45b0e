/** Reads what `--from-cluster` names. Its code is loaded only then. */
import {
  type ClusterRequest,
  followCluster,
  type FollowedCluster,
  readCluster,
} from '../api-server/read-cluster.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { type Io } from './io.ts';
import { type ManifestFlags } from './options.ts';
import { progressOn } from './progress.ts';

/** Which cluster is meant. */
export type ClusterFlags = Pick<ManifestFlags, 'kubeconfig' | 'context' | 'requestTimeout'>;

/** Milliseconds of silence after which a question is given up. */
const PATIENCE = 60_000;

/** Returns a function that lists the cluster once. */
export const clusterReader = (flags: ClusterFlags, io: Io): (() => Promise<Outcome<readonly Source[]>>) => {
  const progress = progressOn(io);
  return async () => {
    const read = await readCluster({ ...requestOf(flags, io), onStep: progress.step });
    progress.done();
    return read;
  };
};

/** Begins to follow the cluster, for a command that reads it again and again. */
export const followedCluster = (flags: ClusterFlags, io: Io): FollowedCluster =>
  followCluster(requestOf(flags, io));

const requestOf = ({ kubeconfig, context, requestTimeout }: ClusterFlags, io: Io): ClusterRequest => ({
  file: kubeconfig,
  context,
  env: io.env,
  timeout: requestTimeout ?? PATIENCE,
});
