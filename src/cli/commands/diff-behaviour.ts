/** `svc2ipt diff --behaviour`: compares where packets go under two rule sets. */
import { type PacketClass } from '../../behaviour/classes.ts';
import { compareBehaviour } from '../../behaviour/compare-behaviour.ts';
import { jsonBehaviour } from '../../behaviour/json.ts';
import { textBehaviour } from '../../behaviour/text.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { checkSelection, wantedBy } from '../../report/select.ts';
import { type TracedNode } from '../../trace/node.ts';
import { type Portal } from '../../trace/portal.ts';
import { type ExitCode, type Io } from '../io.ts';
import { progressOn } from '../progress.ts';
import { type ReportFlags, reportProblems } from '../report-problems.ts';

/** The flags of `svc2ipt diff` that decide how a difference in behaviour is printed. */
interface BehaviourFlags extends ReportFlags {
  readonly output: string;
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Compares two sides and prints the selected packets that they treat differently. */
export function reportBehaviour(
  expected: TracedNode,
  actual: TracedNode,
  flags: BehaviourFlags,
  io: Io,
): ExitCode {
  const failed = (problems: readonly Diagnostic[]): ExitCode => {
    reportProblems(problems, io, flags);
    return 2;
  };
  const selection = { only: flags.only ?? [], exclude: flags.exclude ?? [] };
  const servicePorts = [...expected.portals, ...actual.portals].map(servicePortOf);
  const wrong = checkSelection(selection, { servicePorts, services: [] });
  if (wrong.length > 0) return failed(wrong.map((message) => diagnostic('usage', message)));
  reportProblems([expected, actual].flatMap(withoutAddresses).slice(0, 1), io, flags);

  const progress = progressOn(io);
  progress.step('comparing packets');
  const { classes, broken } = compareBehaviour(expected, actual);
  progress.done();
  if (broken !== undefined) return failed([diagnostic('rule-not-evaluable', broken)]);
  const isWanted = wantedBy(selection);
  const wanted = classes.filter(({ service, protocol }: PacketClass) =>
    isWanted(service === undefined ? undefined : `${service}/${protocol}`),
  );
  io.stdout.write(flags.output === 'json' ? jsonBehaviour(wanted) : textBehaviour(wanted));
  return wanted.length === 0 ? 0 : 1;
}

const servicePortOf = ({ namespace, serviceName, portName, protocol }: Portal): string =>
  `${namespace}/${serviceName}${portName === '' ? '' : `:${portName}`}/${protocol}`;

function withoutAddresses({ here }: TracedNode): readonly Diagnostic[] {
  if (here.nodeAddresses.length > 0) return [];
  const message =
    `nothing tells the node's ${here.family} addresses, so that only loopback counts as the node's own: ` +
    'name them with --node-address';
  return [diagnostic('node-addresses-unknown', message)];
}
