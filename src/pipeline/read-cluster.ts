import { type ClusterModel } from '../cluster/model.ts';
import { collector } from '../diagnostics/collector.ts';
import { type Diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { loadManifests, type ManifestOptions } from './manifests.ts';
import { type ClusterRequest, pipeline, type ProxyRequest } from './pipeline.ts';

export interface ReadClusterRequest extends ManifestOptions, ProxyRequest {
  readonly sources: readonly Source[];
  readonly cluster: ClusterRequest;
  /** Called before each phase begins. */
  readonly onStep?: ((what: string) => void) | undefined;
}

/**
 * Goes from manifests to the cluster that they describe, for commands that need no rules. Stand-ins are those of
 * `compile` with the same settings. Returns undefined and all problems when something is wrong.
 */
export function readCluster(request: ReadClusterRequest): Outcome<ClusterModel | undefined> {
  const { keep, problems } = collector();
  request.onStep?.('reading manifests');
  const manifests = keep(loadManifests(request.sources, request));
  const { resolve, cluster } = pipeline({ ...request, manifests });
  const resolved = resolve(request);
  // A cluster has addresses of both families, whichever one its kube-proxy serves.
  const proxy = keep({ ...resolved, problems: resolved.problems.filter(isNotOfFamily) });
  if (proxy === undefined || hasErrors(problems)) return { value: undefined, problems };
  const value = keep(cluster(proxy));
  return { value: hasErrors(problems) ? undefined : value, problems };
}

const isNotOfFamily = ({ code }: Diagnostic): boolean => code !== 'family-not-served';
