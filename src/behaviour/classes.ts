import { naturalOrder } from '../text/natural-order.ts';
import { type TracedNode } from '../trace/node.ts';
import { type Destination, destinationsOn } from './destinations.ts';
import { type Ending } from './ending.ts';
import { inOrder, rarityOf } from './example-order.ts';
import { type Example } from './examples.ts';
import { senderOf } from './senders.ts';
import { addToGroup } from '../text/groups.ts';

/**
 * Packets that one line reports: they go to one Service, and the two sides treat them differently in the same
 * way.
 */
export interface PacketClass {
  /** `ns/name:port`, without the colon for a port without a name; undefined for packets to no Service. */
  readonly service: string | undefined;
  /** `TCP`. */
  readonly protocol: string;
  /** Where they go: `10.96.0.20:80/TCP`, `node port 30080/TCP`, `127.0.0.0/8`. */
  readonly to: readonly string[];
  /** Who sends them, each a phrase that follows `from`. */
  readonly from: readonly string[];
  readonly expected: readonly Ending[];
  readonly actual: readonly Ending[];
  /** The packet whose endings these are. */
  readonly example: Example;
}

interface Draft {
  readonly destination: Destination;
  /** All destinations that the draft reports. */
  readonly to: readonly Destination[];
  readonly from: readonly string[];
  readonly example: Example;
}

/**
 * Returns few classes that together show every change in the examples, sorted by Service. Classes without a
 * Service come last.
 */
export function summarize(
  examples: readonly Example[],
  expected: TracedNode,
  actual: TracedNode,
): readonly PacketClass[] {
  const { find, textsOf } = destinationsOn([expected, actual]);
  const drafts = inOrder(examples).map((example): Draft => {
    const destination = find(example);
    return { destination, to: [destination], from: [senderOf(example)], example };
  });
  const groups = groupBy(drafts, ({ destination }) => `${destination.service ?? ''} ${destination.place}`);
  const needed = groups.flatMap((group) => neededOf(groupBy(group, senderKey).map(joinSenders)));
  return groupBy(needed, destinationKey)
    .map(joinDestinations)
    .map((draft) => classOf(draft, textsOf(draft.to)))
    .sort(byService);
}

type Group = readonly [Draft, ...Draft[]];

function groupBy(drafts: readonly Draft[], keyOf: (draft: Draft) => string): readonly Group[] {
  const groups = new Map<string, [Draft, ...Draft[]]>();
  for (const draft of drafts) {
    const key = keyOf(draft);
    addToGroup(groups, key, draft);
  }
  return [...groups.values()];
}

/**
 * Returns the key by which senders are joined: their packets differ in the same way. One of many similar
 * senders stands for all.
 */
const senderKey = ({ example: { kind, changes } }: Draft): string =>
  kind === '' ? changes.join('\n') : kind;

function joinSenders(group: Group): Draft {
  const [first] = group;
  const to = group.flatMap((draft) => draft.to);
  if (first.example.kind !== '') return { ...first, to };
  const from: string[] = [];
  for (const phrase of group.flatMap((draft) => draft.from)) {
    // Who is told of needs no second mention for a part of the same packets.
    if (
      !from.some(
        (known) => phrase === known || phrase.startsWith(`${known} as `) || phrase.startsWith(`${known}, `),
      )
    )
      from.push(phrase);
  }
  return { ...first, from, to };
}

/**
 * Leaves out each class whose changes are all shown by other classes. Keeps usual senders first, so that a rare
 * packet never hides what clients see, and then classes with the most changes.
 */
function neededOf(drafts: readonly Draft[]): readonly Draft[] {
  const shown = new Set<string>();
  const byUse = drafts
    .map((draft) => ({ draft, rarity: rarityOf(draft.example) }))
    .sort((a, b) => a.rarity - b.rarity || b.draft.example.changes.length - a.draft.example.changes.length);
  return byUse.flatMap(({ draft }) => {
    const { changes } = draft.example;
    const isNew = changes.length === 0 || changes.some((change) => !shown.has(change));
    for (const change of changes) shown.add(change);
    return isNew ? [draft] : [];
  });
}

/**
 * Returns the key by which addresses of one Service are joined: the same senders see the same difference
 * there.
 */
const destinationKey = ({ destination, from, example: { kind, changes } }: Draft): string =>
  [destination.service ?? destination.place, destination.protocol, kind, ...from, ...changes].join('\n');

const joinDestinations = (group: Group): Draft => ({
  ...group[0],
  to: group.flatMap((draft) => draft.to),
});

const classOf = ({ destination, from, example }: Draft, to: readonly string[]): PacketClass => ({
  service: destination.service,
  protocol: destination.protocol,
  to,
  from,
  expected: example.expected,
  actual: example.actual,
  example,
});

function byService(a: PacketClass, b: PacketClass): number {
  if (a.service !== undefined && b.service !== undefined) return naturalOrder(a.service, b.service);
  return Number(a.service === undefined) - Number(b.service === undefined);
}
