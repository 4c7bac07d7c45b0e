/** Changes what a node holds in one place. Each change has to be found, and told with the Service or the thing that it is about. */
import { afterAll, expect, it } from 'vitest';
import { printEntry } from '../../../../src/netfilter/ipset/print.ts';
import { printRule } from '../../../../src/netfilter/iptables/print.ts';
import { printVirtualAddress, socketText } from '../../../../src/netfilter/ipvs/print.ts';
import { type VirtualServer } from '../../../../src/netfilter/ipvs/model.ts';
import { isKubelets } from '../../../../src/modes/ipvs/compare/rules.ts';
import { compareIpvs } from '../../../../src/modes/ipvs/compare/compare.ts';
import { type IpvsDump } from '../../../../src/modes/ipvs/dump.ts';
import { addressKey, entryKey, type IpvsModel } from '../../../../src/modes/ipvs/model.ts';
import { readIpvsDump } from '../../../../src/modes/ipvs/read-dump.ts';
import { compileIpvsHistory, printAllParts } from '../../../helpers/ipvs-history-cases.ts';
import { capturedParts, compileIpvs, ipvsCaptures } from '../../../helpers/ipvs-oracle.ts';

/** A changed dump, and what has to stand in the difference that tells of it. */
interface Mutant {
  readonly name: string;
  readonly dump: IpvsDump;
  /** The Service that must be named; undefined for what no Service asks for. */
  readonly service: string | undefined;
  /** A word of the message. */
  readonly word: string;
}

type Operator = (dump: IpvsDump, model: IpvsModel) => readonly Mutant[];

/** One mutant for each virtual server: `change` gives another server, or none. */
const servers =
  (name: string, change: (server: VirtualServer) => readonly VirtualServer[] | undefined): Operator =>
  (dump, { owners }) =>
    (dump.servers ?? []).flatMap((server, at) => {
      const changed = change(server);
      if (changed === undefined) return [];
      const mutated = { ...dump, servers: (dump.servers ?? []).toSpliced(at, 1, ...changed) };
      const service = owners.get(printVirtualAddress(server.address));
      const word =
        server.address.kind === 'address' ? socketText(server.address.ip, server.address.port) : '';
      const [real] = server.realServers;
      const isReal = name.includes('real server') && real !== undefined && name !== 'stale real server';
      return [
        {
          name,
          dump: mutated,
          service,
          word: isReal ? socketText(real.ip, real.port) : isStale(name) ? '192.0.2.77:77' : word,
        },
      ];
    });

const isStale = (name: string): boolean => name.startsWith('stale');

/** The server with its first real server changed; undefined when it has none. */
const withFirst = (
  server: VirtualServer,
  change: (real: VirtualServer['realServers'][number]) => VirtualServer['realServers'],
): readonly VirtualServer[] | undefined => {
  const [first, ...others] = server.realServers;
  return first === undefined ? undefined : [{ ...server, realServers: [...change(first), ...others] }];
};

const OPERATORS: readonly Operator[] = [
  servers('missing server', () => []),
  servers('another scheduler', (server) => [
    { ...server, scheduler: server.scheduler === 'sed' ? 'nq' : 'sed' },
  ]),
  servers('another affinity', (server) => [
    { ...server, persistence: server.persistence === undefined ? 60 : undefined },
  ]),
  servers('a netmask', (server) => [{ ...server, netmask: '24' }]),
  servers('a flag of the scheduler', (server) => [{ ...server, schedulerFlags: ['flag-3'] }]),
  servers('missing real server', (server) => withFirst(server, () => [])),
  servers('weight 0 of a real server', (server) => withFirst(server, (real) => [{ ...real, weight: 0 }])),
  servers('weight 5 of a real server', (server) => withFirst(server, (real) => [{ ...real, weight: 5 }])),
  servers('a tunnel to a real server', (server) =>
    withFirst(server, (real) => [{ ...real, forwarding: 'tunnel' }]),
  ),
  servers('stale real server', (server) => [
    {
      ...server,
      realServers: [
        ...server.realServers,
        { ip: '192.0.2.77', port: 77, forwarding: 'masquerade', weight: 1, options: [] },
      ],
    },
  ]),
  // Entries and addresses that are gone.
  (dump, { owners }) =>
    (dump.sets ?? []).flatMap((set, at) =>
      set.entries.map((entry, index) => ({
        name: 'missing entry',
        dump: {
          ...dump,
          sets: (dump.sets ?? []).toSpliced(at, 1, { ...set, entries: set.entries.toSpliced(index, 1) }),
        },
        service: owners.get(entryKey(set.name, printEntry(entry))),
        word: printEntry(entry),
      })),
    ),
  (dump, { owners }) =>
    (dump.addresses ?? []).map((ip, at) => ({
      name: 'missing address',
      dump: { ...dump, addresses: (dump.addresses ?? []).toSpliced(at, 1) },
      service: owners.get(addressKey(ip)),
      word: ip,
    })),
  // What is too much.
  (dump) =>
    (dump.sets ?? []).map((set, at) => {
      const parts = set.type.parts.map((kind) =>
        kind === 'port'
          ? ({ kind: 'port', protocol: set.type.storage === 'bitmap' ? undefined : 'tcp', port: 77 } as const)
          : ({ kind: 'address', address: '192.0.2.77', prefix: undefined } as const),
      );
      const added = { ...set, entries: [...set.entries, { parts, options: [] }] };
      return {
        name: 'stale entry',
        dump: { ...dump, sets: (dump.sets ?? []).toSpliced(at, 1, added) },
        service: undefined,
        word: set.name,
      };
    }),
  (dump) => [
    {
      name: 'stale address',
      dump: { ...dump, addresses: [...(dump.addresses ?? []), '192.0.2.77'] },
      service: undefined,
      word: '192.0.2.77',
    },
  ],
  (dump) =>
    (dump.sets ?? []).map((set, at) => ({
      name: 'missing set',
      dump: { ...dump, sets: (dump.sets ?? []).toSpliced(at, 1) },
      service: undefined,
      word: set.name,
    })),
  // Rules.
  (dump, { owners }) => onRules(dump, owners),
];

const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['6', '-t'],
  ['17', '-u'],
  ['132', '--sctp-service'],
  ['tcp', '-t'],
  ['udp', '-u'],
]);

/** The virtual server that a rule names, as `owners` know it: `-t 10.96.0.10:80`. */
function portalIn(line: string): string | undefined {
  const found =
    /--vproto (?<protocol>\d+) --vaddr (?<ip>\S+) --vport (?<port>\d+)/.exec(line) ??
    /-d (?<ip>[\d.]+)\/32 -p (?<protocol>\w+) .* cluster IP".* --dport (?<port>\d+) /.exec(line);
  if (found?.groups === undefined) return undefined;
  const { protocol = '', ip = '', port } = found.groups;
  return `${OPTIONS.get(protocol) ?? ''} ${socketText(ip, Number(port))}`;
}

/** Takes each rule of kube-proxy's away, swaps it with the next one, and gives it another target. */
function onRules(dump: IpvsDump, owners: IpvsModel['owners']): readonly Mutant[] {
  const { rules } = dump;
  if (rules === undefined) return [];
  return rules.tables.flatMap((table, tableAt) =>
    table.chains.flatMap((chain, chainAt) => {
      const put = (changed: typeof chain.rules): IpvsDump => {
        const chains = table.chains.toSpliced(chainAt, 1, { ...chain, rules: changed });
        return {
          ...dump,
          rules: { ...rules, tables: rules.tables.toSpliced(tableAt, 1, { ...table, chains }) },
        };
      };
      if (isKubelets(table.name, chain.name)) return [];
      return chain.rules.flatMap((rule, at): readonly Mutant[] => {
        if (rule.target?.kind === 'jump' && isKubelets(table.name, rule.target.chain)) return [];
        const portal = portalIn(printRule('X', rule, dump.family));
        const service = portal && owners.get(portal);
        const base = { service, word: chain.name };
        const next = chain.rules[at + 1];
        const isSwapped = chain.policy === undefined && portal === undefined && next !== undefined;
        return [
          { ...base, name: 'missing rule', dump: put(chain.rules.toSpliced(at, 1)) },
          {
            ...base,
            name: 'another target',
            dump: put(
              chain.rules.toSpliced(at, 1, {
                ...rule,
                target: { kind: rule.target?.kind === 'drop' ? ('return' as const) : ('drop' as const) },
              }),
            ),
          },
          ...(isSwapped
            ? [
                {
                  ...base,
                  service: undefined,
                  name: 'swapped rules',
                  dump: put(chain.rules.toSpliced(at, 2, next, rule)),
                },
              ]
            : []),
        ];
      });
    }),
  );
}

const captures = ipvsCaptures().filter(
  ({ case: name, version }) =>
    version === '1.36' &&
    (process.env['SVC2IPT_FULL'] === '1' ||
      ['08-', '29-', '79-', '80-'].some((start) => name.startsWith(start))),
);

const score = new Map<string, { tried: number; found: number; named: number }>();

afterAll(() => {
  const lines = [...score].map(
    ([name, { tried, found, named }]) => `  ${name}: found ${found}, named ${named} of ${tried}\n`,
  );
  process.stdout.write(`mutants of mode ipvs:\n${lines.join('')}`);
});

it.each(captures.map((capture) => ({ ...capture })))('$case $ipFamily', (capture) => {
  const model = compileIpvs(capture.case, capture.version, capture.ipFamily);
  const sources = Object.entries(capturedParts(capture)).map(([name, text]) => ({ name, text }));
  expectAllFound(model, readIpvsDump(sources, capture.ipFamily).value);
});

it.each([
  ['no-source-ranges', '1.8'],
  ['old-kinds', '1.10'],
  ['old-kinds', '1.11'],
] as const)('%s of kube-proxy %s', (name, version) => {
  const { model } = compileIpvsHistory({ name, version });
  const text = printAllParts(model);
  expectAllFound(model, readIpvsDump([{ name, text }], 'IPv4').value);
});

function expectAllFound(model: IpvsModel, dump: IpvsDump | undefined): void {
  if (dump === undefined) throw new Error('the dump cannot be read');
  const missed: string[] = [];
  for (const mutant of OPERATORS.flatMap((operator) => operator(dump, model))) {
    const counted = score.get(mutant.name) ?? { tried: 0, found: 0, named: 0 };
    score.set(mutant.name, counted);
    const { differences } = compareIpvs(model, mutant.dump, {});
    const isNamed = differences.some(
      ({ service, message }) => service === mutant.service && message.includes(mutant.word),
    );
    counted.tried += 1;
    counted.found += differences.length > 0 ? 1 : 0;
    counted.named += isNamed ? 1 : 0;
    if (!isNamed) missed.push(`${mutant.name}: ${mutant.service ?? 'node'} ${mutant.word}`);
  }
  expect(missed).toEqual([]);
}
