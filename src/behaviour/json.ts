import { interfaceName } from '../packets/interface-names.ts';
import { smallest, soleValue } from '../packets/intervals.ts';
import { type Box, CONNTRACK_STATES, originNumber } from '../packets/packet-set.ts';
import { addressText } from '../text/ip-number.ts';
import { formatEndpoint } from '../trace/packet.ts';
import { jsonOutcome } from '../trace/json.ts';
import { describeOutcome } from '../trace/trace-packet.ts';
import { type PacketClass } from './classes.ts';
import { type Ending } from './ending.ts';
import { type Example } from './examples.ts';
import { servedBefore } from './sender-kind.ts';
import { listText } from './senders.ts';
import { printableJson } from '../text/printable.ts';

/**
 * The difference in behaviour as JSON. `packets.example` has the fields of a line that `svc2ipt trace --packets` reads;
 * `state` and `servedBefore` tell more than such a line: there a packet is the first of its connection, and `knownTo`
 * names one endpoint that served the client before.
 */
export function jsonBehaviour(classes: readonly PacketClass[]): string {
  return `${printableJson({ equal: classes.length === 0, classes: classes.map(jsonClass) }, 2)}\n`;
}

const jsonClass = ({ service, protocol, to, from, expected, actual, example }: PacketClass): object => ({
  service: service === undefined ? null : `${service}/${protocol}`,
  packets: { to, from, example: jsonExample(example, protocol) },
  expected: expected.map((ending) => jsonEnding(ending, example.packet.box)),
  actual: actual.map((ending) => jsonEnding(ending, example.packet.box)),
});

function jsonExample({ packet: { box }, among }: Example, protocol: string): object {
  const { fields, family } = box;
  const isAnyInterface =
    soleValue(among.fields.inInterface) === undefined && among.fields.inInterface.length === 1;
  const served = servedBefore(box).map(({ list }) => listText(list, family));
  const address = formatEndpoint(
    addressText(smallest(fields.destination) ?? 0n, family),
    Number(smallest(fields.destinationPort) ?? 0n),
  );
  const isLocal = smallest(fields.origin) === originNumber('local');
  return {
    from: addressText(smallest(fields.source) ?? 0n, family),
    local: isLocal,
    inInterface: isLocal || isAnyInterface ? null : interfaceName(smallest(fields.inInterface) ?? 0n),
    to: `${address}/${protocol}`,
    state: CONNTRACK_STATES[Number(smallest(fields.conntrack) ?? 0n)],
    servedBefore: served,
  };
}

const jsonEnding = ({ outcome, share }: Ending, packet: Box): object =>
  jsonOutcome(describeOutcome({ ...outcome, packets: packet, share }, packet), false);
