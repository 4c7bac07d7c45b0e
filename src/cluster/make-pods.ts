import { addToGroup } from '../text/groups.ts';
import { nameOf } from './objects.ts';
import { type Pod } from '../manifest/types.ts';
import { formatCidr, type IpFamily } from '../text/ip.ts';
import { compareText } from '../text/natural-order.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { NO_ASSIGNMENTS } from './assignments.ts';
import { fill, type Filled, type Missing, NOTHING_FILLED } from './fill.ts';
import { readyPod, sharedAddress, type StandInPod, standInPods } from './from-workloads.ts';
import { type ClusterOptions } from './options.ts';
import { MOST_STAND_IN_PODS, type PodMaker } from './pod-makers.ts';
import { podIpPool } from './pools.ts';

/** The pods of all makers, with their addresses. */
export interface MadePods {
  readonly podsOf: ReadonlyMap<PodMaker, readonly Pod[]>;
  /** Addresses given, by `Deployment namespace/name 0 IPv4`. */
  readonly podIPs: ReadonlyMap<string, string>;
  readonly standIns: readonly Diagnostic[];
  readonly problems: readonly Diagnostic[];
}

/**
 * Makes the pods of the makers, with addresses of the families that the Services in front of them need. Each
 * pod has one address per family, the same for all its Services. Errors: more pods than any cluster holds; a
 * pod network too small. Warning: a family without a pod network, whose Services stay without endpoints.
 */
export function makePods(
  demand: ReadonlyMap<PodMaker, ReadonlySet<IpFamily>>,
  setAddresses: () => ReadonlySet<string>,
  options: ClusterOptions,
): MadePods {
  const { makers, problems } = withinLimit([...demand.keys()]);
  const pods = makers.flatMap(standInPods);
  const filled = (['IPv4', 'IPv6'] as const).map((family) => {
    const inNeed = pods.filter(({ maker }) => demand.get(maker)?.has(family) ?? false);
    return { family, inNeed, ...fillPodIps(inNeed, family, setAddresses, options) };
  });
  const addresses = new Map<StandInPod, string[]>(pods.map((pod) => [pod, []]));
  for (const { family, inNeed, values } of filled) {
    for (const pod of inNeed) {
      const address = sharedAddress(pod, family) ?? values.get(podIpKey(pod, family));
      if (address !== undefined) addresses.get(pod)?.push(address);
    }
  }
  return {
    podsOf: groupByMaker(addresses),
    podIPs: new Map(filled.flatMap(({ values }) => [...values])),
    standIns: filled.flatMap(({ standIns }) => standIns),
    problems: [...problems, ...filled.flatMap((one) => one.problems)],
  };
}

/** Reports an error before memory runs out, because `replicas` may be any number. */
function withinLimit(all: readonly PodMaker[]): {
  readonly makers: readonly PodMaker[];
  readonly problems: readonly Diagnostic[];
} {
  const makers: PodMaker[] = [];
  const problems: Diagnostic[] = [];
  let total = 0;
  for (const maker of all.toSorted((a, b) => compareText(a.identity, b.identity))) {
    if (total + maker.count > MOST_STAND_IN_PODS) problems.push(tooMany(maker));
    else {
      makers.push(maker);
      total += maker.count;
    }
  }
  return { makers, problems };
}

const tooMany = ({ count, resource }: PodMaker): Diagnostic =>
  diagnostic(
    'too-many-pods',
    `${count} pods are asked for; with those of other workloads that is more than ` +
      `${MOST_STAND_IN_PODS}, the most that Kubernetes is made for`,
    {
      place: resource.locate(['spec', 'replicas']),
      subject: nameOf(resource.object),
      path: 'spec.replicas',
    },
  );

function fillPodIps(
  inNeed: readonly StandInPod[],
  family: IpFamily,
  setAddresses: () => ReadonlySet<string>,
  options: ClusterOptions,
): Filled<string> {
  const missing = missingPodIps(inNeed, family);
  const cidr = options.podCidrs.find((candidate) => candidate.family === family);
  if (cidr === undefined) {
    return { ...NOTHING_FILLED, problems: missing.length === 0 ? [] : [noPodCidr(family)] };
  }
  return fill(missing, {
    pool: podIpPool(cidr),
    poolName: `--pod-cidr ${formatCidr(cidr)}`,
    known: () => ({
      pinned: (options.assignments ?? NO_ASSIGNMENTS).podIPs,
      conventional: new Map<string, string>(),
      set: setAddresses(),
    }),
    requireAssigned: options.requireAssigned,
  });
}

function missingPodIps(inNeed: readonly StandInPod[], family: IpFamily): readonly Missing[] {
  const what = `no ${family} address is known`;
  return inNeed.flatMap((pod) => {
    if (sharedAddress(pod, family) !== undefined) return [];
    const { resource } = pod.maker;
    const isPod = resource.object.kind === 'Pod';
    return [
      {
        key: podIpKey(pod, family),
        locate: resource.locate,
        subject: nameOf(resource.object),
        what: isPod ? what : `${what} for pod ${pod.name}`,
      },
    ];
  });
}

const noPodCidr = (family: IpFamily): Diagnostic =>
  diagnostic(
    'pool-missing',
    `--pod-cidr has no ${family} network: Services have no ${family} endpoints from workloads`,
    { severity: 'warning' },
  );

const podIpKey = ({ identity }: StandInPod, family: IpFamily): string => `${identity} ${family}`;

function groupByMaker(
  addresses: ReadonlyMap<StandInPod, readonly string[]>,
): ReadonlyMap<PodMaker, readonly Pod[]> {
  const podsOf = new Map<PodMaker, Pod[]>();
  for (const [pod, podIPs] of addresses) {
    addToGroup(podsOf, pod.maker, readyPod(pod, podIPs));
  }
  return podsOf;
}
