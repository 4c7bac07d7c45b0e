import { printable } from '../text/printable.ts';
import { type PacketClass } from './classes.ts';
import { changeText } from './descriptions.ts';

/** Prints the difference in behaviour for people: a line for each class of packets, and a summary. */
export function textBehaviour(classes: readonly PacketClass[]): string {
  if (classes.length === 0) return 'the same becomes of every packet\n';
  const lines = classes.map((each) =>
    printable(`packets to ${destinationOf(each)} from ${sendersOf(each)}: ${changeText(each)}`),
  );
  return [...lines, '', summaryOf(classes), ''].join('\n');
}

function destinationOf({ service, to }: PacketClass): string {
  return service === undefined ? to.join(', ') : `${service} (${to.join(', ')})`;
}

/** `pods, localhost and outside the cluster`. */
function sendersOf({ from }: PacketClass): string {
  const separator = from.some((phrase) => phrase.includes(',')) ? '; ' : ', ';
  const rest = from.slice(0, -1);
  return [...(rest.length > 0 ? [rest.join(separator)] : []), ...from.slice(-1)].join(' and ');
}

function summaryOf(classes: readonly PacketClass[]): string {
  const services = new Set(classes.flatMap(({ service }) => service ?? []));
  const others = classes.some(({ service }) => service === undefined);
  const whom = [
    ...(services.size > 0 ? [`${services.size} service ${services.size === 1 ? 'port' : 'ports'}`] : []),
    ...(others ? ['other destinations'] : []),
  ];
  return `${classes.length} ${classes.length === 1 ? 'difference' : 'differences'}, in packets to ${whom.join(' and ')}`;
}
