import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { readAddresses } from '../../netfilter/addresses/read.ts';
import { type SetDefinition } from '../../netfilter/ipset/model.ts';
import { readSets } from '../../netfilter/ipset/read.ts';
import { type Dump } from '../../netfilter/iptables/dump.ts';
import { readServers } from '../../netfilter/ipvs/read.ts';
import { type VirtualServer } from '../../netfilter/ipvs/model.ts';
import { type IpFamily, familyOf } from '../../text/ip.ts';
import { listed } from '../../text/listed.ts';
import { type Source } from '../../text/source.ts';
import { readDump as readRules } from '../iptables/read-dump.ts';
import { type IpvsDump } from './dump.ts';
import { isSetName } from './rules/set-table.ts';
import { type PartName, splitSource } from './split-source.ts';

/** What was read so far, of both families. */
interface Draft {
  readonly rules: Dump[];
  sets: SetDefinition[] | undefined;
  servers: VirtualServer[] | undefined;
  addresses: string[] | undefined;
  readonly problems: Diagnostic[];
}

/**
 * Reads the outputs of a node's tools, each in a source of its own or several in one, in any order. Keeps what is of
 * the family. `knownRules` were read before. Returns undefined as the value, and errors that say where and what, when
 * any part is not understood.
 */
export function readIpvsDump(
  sources: readonly Source[],
  family: IpFamily,
  knownRules?: Dump,
): Outcome<IpvsDump | undefined> {
  const { draft, problems } = readParts(sources, family, knownRules);
  if (hasErrors(problems)) return { value: undefined, problems };
  const value = dumpOf(draft, family);
  const isEmpty = [value.rules, value.sets, value.servers, value.addresses].every(
    (part) => part === undefined,
  );
  if (!isEmpty) return { value, problems };
  const names = sources.map(({ name }) => name).join(', ');
  const message = `${names}: no rules of ${family}, sets, virtual servers or addresses are in the dump`;
  return { value: undefined, problems: [...problems, diagnostic('dump-structure', message)] };
}

/**
 * Reads the same for following packets: a dump for each family that rules were given of. Warns, and reports errors, as
 * {@link untoldParts} does.
 */
export function readIpvsNode(
  sources: readonly Source[],
  assumedFamily: IpFamily,
): Outcome<readonly IpvsDump[]> {
  const { draft, problems } = readParts(sources, assumedFamily, undefined);
  if (hasErrors(problems)) return { value: [], problems };
  const families = draft.rules.map(({ family }) => family);
  const dumps = [...new Set(families.length === 0 ? [assumedFamily] : families)].map((family) =>
    dumpOf(draft, family),
  );
  const untold = dumps.slice(0, 1).flatMap(untoldParts);
  return { value: hasErrors(untold) ? [] : dumps, problems: [...problems, ...untold] };
}

/** The tools whose output decides where packets go. */
const TOOLS = { rules: 'iptables-save', sets: 'ipset save', servers: 'ipvsadm -S -n' } as const;

/**
 * Returns an error for a dump without a part that packets cannot be followed without, and a warning for one that does
 * not tell the addresses of kube-ipvs0.
 */
export function untoldParts(dump: IpvsDump): readonly Diagnostic[] {
  const missing = (['rules', 'sets', 'servers'] as const).filter((part) => dump[part] === undefined);
  if (missing.length > 0) {
    const tools = listed(missing.map((part) => TOOLS[part]));
    return [
      diagnostic('dump-structure', `packets of mode ipvs cannot be followed without these outputs: ${tools}`),
    ];
  }
  if (dump.addresses !== undefined) return [];
  const message =
    'nothing tells the addresses of kube-ipvs0, so that the node is taken to have those of all virtual servers: ' +
    'give the output of ip -j addr show kube-ipvs0';
  return [diagnostic('node-addresses-unknown', message)];
}

function readParts(
  sources: readonly Source[],
  family: IpFamily,
  knownRules: Dump | undefined,
): { readonly draft: Draft; readonly problems: readonly Diagnostic[] } {
  const draft: Draft = {
    rules: knownRules === undefined ? [] : [knownRules],
    sets: undefined,
    servers: undefined,
    addresses: undefined,
    problems: [],
  };
  for (const source of sources) {
    const parts = splitSource(source);
    for (const problem of parts.problems) draft.problems.push(problem);
    for (const [part, own] of parts.value) READERS[part](draft, own, family);
  }
  // A node without Services has neither: these tools print nothing.
  const missing = [draft.servers, draft.addresses].filter((part) => part === undefined).length;
  if (sources.filter(({ text }) => text.trim() === '').length >= missing) {
    draft.servers ??= [];
    draft.addresses ??= [];
  }
  return { draft, problems: draft.problems };
}

/** What the draft holds of a family. */
const dumpOf = (draft: Draft, family: IpFamily): IpvsDump => ({
  family,
  rules: draft.rules.find((dump) => dump.family === family),
  sets: draft.sets && ofFamily(draft.sets, family),
  foreignSets: (draft.sets ?? []).filter(({ name }) => !isSetName(name)),
  servers: draft.servers?.filter((server) => familyOfServer(server) === family),
  addresses: draft.addresses?.filter((ip) => familyOf(ip) === family),
});

type ReadPart = (draft: Draft, source: Source, family: IpFamily) => void;

/** Adds what a reader returns to the draft. */
function keep<T>(draft: Draft, { value, problems }: Outcome<T | undefined>, add: (value: T) => void): void {
  for (const problem of problems) draft.problems.push(problem);
  if (value !== undefined) add(value);
}

const READERS: Readonly<Record<PartName, ReadPart>> = {
  iptables: (draft, source, family) => {
    keep(draft, readRules(source, family), (dump) => draft.rules.push(dump));
  },
  ipset: (draft, source) => {
    keep(draft, readSets(source), (sets) => {
      draft.sets = [...(draft.sets ?? []), ...sets];
    });
  },
  ipvs: (draft, source) => {
    keep(draft, readServers(source), (servers) => {
      draft.servers = [...(draft.servers ?? []), ...servers];
    });
  },
  addresses: (draft, source) => {
    keep(draft, readAddresses(source), (addresses) => {
      draft.addresses = [...(draft.addresses ?? []), ...addresses];
    });
  },
};

const familyOfServer = ({ address }: VirtualServer): IpFamily | undefined =>
  address.kind === 'mark' ? address.family : familyOf(address.ip);

/**
 * Returns kube-proxy's sets of a family: their names tell it. In releases whose sets have no names of their own for
 * IPv6, a node serves one family, and some of its sets can be of the other one.
 */
function ofFamily(sets: readonly SetDefinition[], family: IpFamily): readonly SetDefinition[] {
  const own = sets.filter(({ name }) => isSetName(name));
  const isNamed = ({ name }: SetDefinition): boolean => name.startsWith('KUBE-6-');
  if (own.some(isNamed)) return own.filter((set) => isNamed(set) === (family === 'IPv6'));
  if (own.some((set) => set.family === 'IPv6')) return family === 'IPv6' ? own : [];
  // Sets of IPv4 on a node of IPv6 are without addresses.
  const hasIPv4 = own.some((set) => set.family === 'IPv4' && set.entries.length > 0);
  return family === 'IPv4' || !hasIPv4 ? own : [];
}

/** What only the tools of a node in mode ipvs print: its sets, virtual servers, or addresses of an interface. */
const OF_IPVS =
  /^(?:create KUBE-(?:6-)?(?:CLUSTER-IP|LOOP-BACK) |-A (?:-[tuf]|--(?:tcp|udp|sctp|fwmark)-service) |[ \t]*inet6? [\da-f.:]+\/\d)|^\s*\[\s*\{[^]{0,99}"(?:ifname|addr_info|ifindex)"/im;

/** Returns true when a text shows that it was printed on a node of mode ipvs. */
export const isOfIpvs = ({ text }: Source): boolean => OF_IPVS.test(text);
