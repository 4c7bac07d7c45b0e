import { type LiveService } from './mode.ts';

/** What was read of a Service so far. */
export interface LiveServiceDraft {
  clusterIP: string | undefined;
  readonly nodePorts: Map<string, number>;
  healthCheckNodePort: number | undefined;
  readonly loadBalancerIPs: Set<string>;
  readonly podIPs: Set<string>;
}

/** Returns the draft of a Service of which nothing was read. */
export const newDraft = (): LiveServiceDraft => ({
  clusterIP: undefined,
  nodePorts: new Map(),
  healthCheckNodePort: undefined,
  loadBalancerIPs: new Set(),
  podIPs: new Set(),
});

/** Returns what was read of every Service, by `namespace/name`. */
export const liveServicesOf = (
  drafts: ReadonlyMap<string, LiveServiceDraft>,
): ReadonlyMap<string, LiveService> =>
  new Map(
    [...drafts].map(([service, draft]) => [
      service,
      { ...draft, loadBalancerIPs: [...draft.loadBalancerIPs], podIPs: [...draft.podIPs] },
    ]),
  );
