import { clusterObjects, type ClusterObjects } from '../cluster/objects.ts';
import { operatorsOf } from '../cluster/operators.ts';
import { type OtherPods, otherPods } from '../cluster/other-pods.ts';
import { podMakers } from '../cluster/pod-makers.ts';
import { observedPods, selectable, type EndpointSource, sourceOf } from '../cluster/sources.ts';
import { type Candidate } from '../cluster/explain-misses.ts';
import { type Version } from '../dialect/version.ts';
import { type RawObject, type Resource } from '../manifest/resource.ts';
import { seenObjects } from '../manifest/seen-object.ts';
import { type Protocol, type Service } from '../manifest/types.ts';
import { type Finding, type Subject } from './finding.ts';
import { type NamedObject, namedObject } from './raw.ts';
import { serviceDirectory, type ServiceDirectory } from './service-directory.ts';

/** A checked Service and what its endpoints would be taken from. */
export interface LintedService extends Subject {
  readonly service: Service;
  readonly source: EndpointSource;
}

/** Everything that rules look at. */
export interface LintInput {
  /** The release of the cluster for which the manifests are checked. */
  readonly version: Version;
  readonly objects: ClusterObjects;
  /** Objects of all kinds, with or without mistakes. */
  readonly raw: readonly NamedObject[];
  /** By namespace and name. */
  readonly services: readonly LintedService[];
  readonly directory: ServiceDirectory;
  /** What selectors could choose, as `compile` sees it. */
  readonly candidates: readonly Candidate[];
  /** Other objects that make pods: Jobs, Rollouts, operators, and workloads with mistakes. */
  readonly otherPods: OtherPods;
  /** Present when the cluster is in mode nftables, or is to be. */
  readonly modeSwitch?: ModeSwitch;
}

/** What ends when the node ports and cluster IPs of mode nftables are served, with the settings given. */
export interface ModeSwitch {
  /** The mode that the cluster leaves. */
  readonly from: 'iptables' | 'ipvs';
  /** Protocols of node ports that answer on 127.0.0.1 in mode iptables and not in mode nftables. */
  readonly endsOnLocalhost: ReadonlySet<Protocol>;
  /** Whether node ports answer on all addresses in the mode that is left and on the primary ones in mode nftables. */
  readonly endsOnOtherAddresses: boolean;
  /** Whether mode nftables rejects traffic to ports of cluster IPs that no Service has, and the other mode does not. */
  readonly rejectsUnknownPorts: boolean;
  /** The longest name of a service port that nft takes in comments; absent: names are cut. */
  readonly longestName?: number;
}

/** A rule: looks for one kind of mistake. */
export type Rule = (input: LintInput) => readonly Finding[];

/** Sorts and indexes the input for the rules, so that the order of the input does not matter. */
export function lintInput(
  resources: readonly Resource[],
  objects: readonly RawObject[],
  version: Version,
  modeSwitch?: ModeSwitch,
): LintInput {
  const known = clusterObjects(resources);
  const raw = objects.flatMap((object) => namedObject(object) ?? []);
  const makers = podMakers(known, undefined);
  const choices = selectable(known, makers);
  const seen = seenObjects(objects);
  const candidates = [...makers, ...observedPods(known)];
  return {
    version,
    objects: known,
    raw,
    services: known.services.map((resource) => ({
      ...subject(resource),
      service: resource.object,
      source: sourceOf(resource.object, known, choices),
    })),
    directory: serviceDirectory(known, raw, operatorsOf(seen)),
    candidates,
    otherPods: otherPods(known, candidates, seen),
    ...(modeSwitch !== undefined && { modeSwitch }),
  };
}

/** A checked object as the subject of findings. */
export const subject = ({ object, locate }: Resource): Subject => ({
  kind: object.kind,
  namespace: object.metadata.namespace,
  name: object.metadata.name,
  locate,
});
