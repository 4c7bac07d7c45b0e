/** Mutations of captured rules: each says what it did, and what must be found. */
import {
  chainOf,
  commentOf,
  type OwnerOf,
  ownersIn,
  printSaveText,
  readSaveText,
  type SaveText,
  SHARED,
  targetOf,
} from './save-text.ts';
import { type Mutant } from '../../../../helpers/mutant.ts';
import { type Random } from '../../../../helpers/random.ts';

interface Spot {
  readonly tables: SaveText;
  readonly table: string;
  /** Position of the rule in its table. */
  readonly at: number;
  readonly rule: string;
  readonly owner: string | null;
}

interface Mutation {
  readonly name: string;
  readonly applies: (spot: Spot) => boolean;
  readonly mutate: (spot: Spot, random: Random) => readonly string[] | undefined;
  readonly kinds: (spot: Spot) => readonly string[];
}

const isShare = (rule: string): boolean =>
  /^-A KUBE-(SVC|SVL|XLB)-/.test(rule) &&
  targetOf(rule).startsWith('KUBE-SEP-') &&
  !rule.includes('-m recent');
const isBuiltIn = (rule: string): boolean => /^-A (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) /.test(rule);
const isSpread = (rule: string): boolean => /^-A KUBE-(SVC|SVL|XLB)-/.test(rule);

/** Of these a correct node may have any number, so their absence means nothing by itself. */
const isOptional = (rule: string): boolean => rule.includes('--ctstate INVALID') || rule.includes('nfacct');

const rulesOf = ({ tables, table }: Spot): readonly string[] =>
  tables.find(({ name }) => name === table)?.rules ?? [];

const replaced =
  (edit: (rule: string, spot: Spot, random: Random) => string) =>
  (spot: Spot, random: Random): readonly string[] | undefined => {
    const changed = edit(spot.rule, spot, random);
    return changed === spot.rule ? undefined : rulesOf(spot).with(spot.at, changed);
  };

const substitution = (name: string, pattern: RegExp, edit: (...groups: string[]) => string): Mutation => ({
  name,
  applies: ({ rule }) => pattern.test(rule) && !isOptional(rule),
  mutate: replaced((rule) => rule.replace(pattern, (_whole, ...groups: string[]) => edit(...groups))),
  kinds: () => ['changed-rule'],
});

const MUTATIONS: readonly Mutation[] = [
  {
    name: 'drop a rule',
    // A rule without target does nothing to any packet.
    applies: ({ rule }) => !isOptional(rule) && targetOf(rule) !== '',
    mutate: (spot) => rulesOf(spot).toSpliced(spot.at, 1),
    kinds: ({ rule }) => {
      if (isBuiltIn(rule)) return ['missing-jump'];
      return isShare(rule) ? ['missing-endpoint'] : ['missing-rule'];
    },
  },
  {
    name: 'duplicate a rule',
    applies: () => true,
    mutate: (spot, random) => {
      const rules = rulesOf(spot);
      const last = rules.findLastIndex((rule) => chainOf(rule) === chainOf(spot.rule));
      return rules.toSpliced(random.below(2) === 0 ? spot.at : last + 1, 0, spot.rule);
    },
    kinds: () => ['unexpected-rule'],
  },
  {
    name: 'add a rule',
    applies: ({ rule }) => !isBuiltIn(rule),
    mutate: (spot, random) => {
      const chain = chainOf(spot.rule);
      const rule = [`-A ${chain} -j ACCEPT`, `-A ${chain} -i eth7 -j RETURN`][random.below(2)] ?? '';
      return rulesOf(spot).toSpliced(spot.at, 0, rule);
    },
    kinds: () => ['unexpected-rule'],
  },
  {
    name: 'swap two endpoint rules',
    applies: (spot) => isShare(spot.rule) && isShare(rulesOf(spot)[spot.at + 1] ?? '') && sameChain(spot),
    mutate: (spot) => {
      const rules = rulesOf(spot);
      const next = rules[spot.at + 1] ?? '';
      return rules.with(spot.at, next).with(spot.at + 1, spot.rule);
    },
    kinds: () => ['wrong-order'],
  },
  {
    name: 'swap the targets of two endpoint rules',
    applies: (spot) => isShare(spot.rule) && isShare(rulesOf(spot)[spot.at + 1] ?? '') && sameChain(spot),
    mutate: (spot) => {
      const rules = rulesOf(spot);
      const next = rules[spot.at + 1] ?? '';
      const [one, other] = [targetOf(spot.rule), targetOf(next)];
      return rules
        .with(spot.at, spot.rule.replace(` -j ${one}`, ` -j ${other}`))
        .with(spot.at + 1, next.replace(` -j ${other}`, ` -j ${one}`));
    },
    kinds: () => ['wrong-order'],
  },
  {
    name: 'change a probability',
    applies: ({ rule }) => isShare(rule),
    mutate: replaced((rule, _spot, random) => {
      const other = ['0.10000000009', '0.90000000037', '0.12500000000'][random.below(3)] ?? '';
      return rule.includes('--probability')
        ? rule.replace(/--probability \S+/, `--probability ${other}`)
        : rule.replace(' -j ', ` -m statistic --mode random --probability ${other} -j `);
    }),
    kinds: () => ['wrong-probability'],
  },
  substitution('change a port', / --dport (\d+)/, (port) => ` --dport ${(Number(port) % 65000) + 1}`),
  substitution(
    'change the port of an endpoint',
    /(--to-destination \S+:)(\d+)/,
    (before, port) => `${before}${(Number(port) % 65000) + 1}`,
  ),
  substitution('change a destination', / -d (\S+)\/(32|128) /, (ip, bits) => ` -d ${otherIp(ip)}/${bits} `),
  substitution(
    'change a source',
    / -s ([\d.]+)\/(\d+) /,
    (ip, bits) => ` -s ${bits === '32' ? otherIp(ip) : '172.31.0.0'}/${bits === '32' ? bits : '16'} `,
  ),
  substitution(
    'change the address of an endpoint',
    /--to-destination (\d+\.\d+\.\d+)\.(\d+):/,
    (net, last) => `--to-destination ${net}.${(Number(last) + 7) % 250}:`,
  ),
  substitution('lose a negation', / ! (-[sdi]) /, (option) => ` ${option} `),
  substitution(
    'change a mark',
    /--(set-xmark|mark) 0x([0-9a-f]+)\/0x([0-9a-f]+)/,
    (option, _value, mask) =>
      `--${option} 0x${mask === '1000' ? '2000' : '1000'}/0x${mask === '0' ? '0' : mask === '1000' ? '2000' : '1000'}`,
  ),
  substitution('change a timeout', / --seconds (\d+)/, (seconds) => ` --seconds ${Number(seconds) + 60}`),
  substitution('change a protocol', / -p (tcp|udp|sctp)(.*) -m \1 /, (protocol, between) => {
    const other = protocol === 'tcp' ? 'udp' : 'tcp';
    return ` -p ${other}${between} -m ${other} `;
  }),
  {
    name: 'change a jump target',
    applies: ({ rule }) => targetOf(rule).startsWith('KUBE-'),
    mutate: replaced((rule, spot, random) => {
      const others = declaredIn(spot).filter((chain) => isLike(chain, targetOf(rule)));
      const other =
        others.length === 0 || random.below(3) === 0
          ? 'DROP'
          : (others[random.below(others.length)] ?? 'DROP');
      return rule.replace(/ -j \S+/, ` -j ${other}`);
    }),
    kinds: ({ rule }) => (isBuiltIn(rule) ? ['changed-rule', 'missing-jump'] : ['changed-rule']),
  },
  {
    name: 'refuse otherwise',
    applies: ({ rule }) =>
      rule.endsWith('icmp-port-unreachable') || (rule.endsWith(' -j DROP') && !isOptional(rule)),
    mutate: replaced((rule) =>
      rule.endsWith(' -j DROP')
        ? rule.replace(/ -j DROP$/, ' -j ACCEPT')
        : rule.replace('icmp-port-unreachable', 'icmp-host-prohibited'),
    ),
    kinds: () => ['changed-rule'],
  },
  {
    name: 'move the node-ports rule up',
    applies: (spot) =>
      targetOf(spot.rule) === 'KUBE-NODEPORTS' &&
      spot.table === 'nat' &&
      chainOf(rulesOf(spot)[spot.at - 1] ?? '') === 'KUBE-SERVICES' &&
      targetOf(rulesOf(spot)[spot.at - 1] ?? '') !== 'KUBE-NODEPORTS',
    mutate: (spot, random) => {
      const rules = rulesOf(spot);
      const first = rules.findIndex((rule) => chainOf(rule) === 'KUBE-SERVICES');
      return rules.toSpliced(spot.at, 1).toSpliced(first + random.below(spot.at - first), 0, spot.rule);
    },
    kinds: () => ['wrong-order'],
  },
  {
    name: 'masquerade behind the jump',
    applies: (spot) => isMasqueradePair(spot),
    mutate: (spot) =>
      rulesOf(spot)
        .with(spot.at, rulesOf(spot)[spot.at + 1] ?? '')
        .with(spot.at + 1, spot.rule),
    kinds: () => ['wrong-order'],
  },
];

const sameChain = (spot: Spot): boolean => chainOf(spot.rule) === chainOf(rulesOf(spot)[spot.at + 1] ?? '');

/** A rule that marks, directly ahead of one that decides about the very same packets. */
function isMasqueradePair(spot: Spot): boolean {
  const next = rulesOf(spot)[spot.at + 1] ?? '';
  return (
    sameChain(spot) &&
    targetOf(spot.rule) === 'KUBE-MARK-MASQ' &&
    targetOf(next) !== 'KUBE-MARK-MASQ' &&
    (!SHARED.has(chainOf(next)) || commentOf(next) === commentOf(spot.rule)) &&
    targetOf(next) !== ''
  );
}

function otherIp(ip: string): string {
  if (ip.includes(':')) return `${ip.slice(0, -1)}${ip.endsWith('9') ? '8' : '9'}`.replace(/:9$/, ':9');
  const parts = ip.split('.');
  return parts.with(3, String((Number(parts[3]) + 101) % 250)).join('.');
}

const isLike = (chain: string, target: string): boolean =>
  chain !== target && chain.slice(0, 8) === target.slice(0, 8);

const declaredIn = ({ tables, table }: Spot): readonly string[] =>
  (tables.find(({ name }) => name === table)?.declarations ?? []).map(
    (line) => line.slice(1).split(' ')[0] ?? '',
  );

/** Mutants of one capture: `count` mutations at places of chance, and each of the others once. */
export function mutantsOf(save: string, random: Random, count: number): readonly Mutant[] {
  const tables = readSaveText(save);
  const ownerOf = ownersIn(tables);
  const spots = tables.flatMap(({ name: table, rules }) =>
    rules.map((rule, at): Spot => ({ tables, table, at, rule, owner: ownerOf(table, rule) })),
  );
  const mutants: Mutant[] = [];
  for (const mutation of MUTATIONS) {
    const places = spots.filter(mutation.applies);
    for (let turn = 0; turn < Math.min(count, places.length); turn += 1) {
      const spot = places[random.below(places.length)];
      const rules = spot === undefined ? undefined : mutation.mutate(spot, random);
      if (spot === undefined || rules === undefined) continue;
      mutants.push({
        mutation: mutation.name,
        text: printSaveText(withRules(tables, spot.table, rules)),
        about: spot.rule,
        verdict: { kinds: mutation.kinds(spot), owner: ownerOfMutant(mutation, spot) },
      });
    }
  }
  return [...mutants, ...chainMutants(tables, ownerOf, random, count), ...staleMutants(tables, random)];
}

/** A stranger's rule in a chain of many Services is nobody's. */
function ownerOfMutant({ name }: Mutation, { rule, owner }: Spot): string | null {
  const isStrange = name === 'add a rule' && SHARED.has(chainOf(rule));
  return isBuiltIn(rule) || isStrange ? null : owner;
}

const withRules = (tables: SaveText, table: string, rules: readonly string[]): SaveText =>
  tables.map((candidate) => (candidate.name === table ? { ...candidate, rules } : candidate));

/** A chain and its rules are gone, with or without the rules that led there. */
function chainMutants(tables: SaveText, ownerOf: OwnerOf, random: Random, count: number): readonly Mutant[] {
  const chains = tables.flatMap(({ name: table, declarations }) =>
    declarations.flatMap((line) => {
      const chain = line.slice(1).split(' ')[0] ?? '';
      return chain.startsWith('KUBE-') ? [{ table, chain }] : [];
    }),
  );
  return Array.from({ length: Math.min(count, chains.length) }, () => {
    const { table, chain } = chains[random.below(chains.length)] ?? { table: '', chain: '' };
    const text = printSaveText(
      tables.map((candidate) =>
        candidate.name === table
          ? {
              ...candidate,
              declarations: candidate.declarations.filter((line) => !line.startsWith(`:${chain} `)),
              rules: candidate.rules.filter((rule) => chainOf(rule) !== chain),
            }
          : candidate,
      ),
    );
    const owner = SHARED.has(chain) ? null : ownerOf(table, `-A ${chain}`);
    return { mutation: 'drop a chain', text, about: chain, verdict: { kinds: ['missing-chain'], owner } };
  });
}

/** What a failed sync leaves: an endpoint that is gone, and a Service that is gone. */
function staleMutants(tables: SaveText, random: Random): readonly Mutant[] {
  const nat = tables.find(({ name }) => name === 'nat');
  if (nat === undefined) return [];
  const ownerOf = ownersIn(tables);
  const services = nat.rules.filter(
    (rule) => isSpread(rule) && isShare(rule) && rule.includes('10.') === rule.includes('10.'),
  );
  const share = services[random.below(Math.max(1, services.length))];
  const endpoint =
    share === undefined ? undefined : nat.rules.findLast((rule) => chainOf(rule) === targetOf(share));
  if (share === undefined || endpoint === undefined) return [];
  return [
    staleEndpoint(tables, share, ownerOf('nat', share)),
    lostEndpoint(tables, share, ownerOf('nat', share)),
    staleService(tables, share, endpoint),
  ];
}

function staleEndpoint(tables: SaveText, share: string, owner: string | null): Mutant {
  const stale = 'KUBE-SEP-STALESTALESTALES';
  const own = targetOf(share);
  const nat = tables.find(({ name }) => name === 'nat');
  const copies = (nat?.rules ?? [])
    .filter((rule) => chainOf(rule) === own)
    .map((rule) => rule.replaceAll(own, stale).replace(/(\d+)\.(\d+)(\/32|:\d+)/, '$1.199$3'));
  const jump = share
    .replace(own, stale)
    .replace(/ -m statistic .* -j/, ' -m statistic --mode random --probability 0.50000000000 -j');
  const rules = (nat?.rules ?? []).flatMap((rule) => (rule === share ? [withChance(jump), rule] : [rule]));
  const text = printSaveText(
    tables.map((table) =>
      table.name === 'nat'
        ? {
            ...table,
            declarations: [...table.declarations, `:${stale} - [0:0]`],
            rules: [...rules, ...copies],
          }
        : table,
    ),
  );
  return {
    mutation: 'leave a stale endpoint',
    text,
    about: share,
    verdict: { kinds: ['stale-endpoint'], owner },
  };
}

const withChance = (rule: string): string =>
  rule.includes('--probability')
    ? rule
    : rule.replace(' -j ', ' -m statistic --mode random --probability 0.50000000000 -j ');

/** The endpoint's chain and every rule that leads to it are gone. */
function lostEndpoint(tables: SaveText, share: string, owner: string | null): Mutant {
  const own = targetOf(share);
  const text = printSaveText(
    tables.map((table) => ({
      ...table,
      declarations: table.declarations.filter((line) => !line.startsWith(`:${own} `)),
      rules: table.rules.filter((rule) => chainOf(rule) !== own && targetOf(rule) !== own),
    })),
  );
  return {
    mutation: 'lose an endpoint',
    text,
    about: share,
    verdict: { kinds: ['missing-endpoint'], owner },
  };
}

function staleService(tables: SaveText, share: string, endpoint: string): Mutant {
  const [service, pod] = ['KUBE-SVC-STALESTALESTALES', 'KUBE-SEP-STALESTALESTALES'];
  const isV6 = endpoint.includes('[');
  const added = [
    `-A KUBE-SERVICES -d ${isV6 ? 'fd00:dead::9/128' : '10.96.250.250/32'} -p tcp -m comment --comment "gone/stale:http cluster IP" -m tcp --dport 80 -j ${service}`,
    `-A ${service} -m comment --comment "gone/stale:http" -j ${pod}`,
    `-A ${pod} -p tcp -m comment --comment "gone/stale:http" -m tcp -j DNAT --to-destination ${isV6 ? '[fd00::99]:80' : '10.244.9.9:80'}`,
  ];
  const text = printSaveText(
    tables.map((table) =>
      table.name === 'nat'
        ? {
            ...table,
            declarations: [...table.declarations, `:${service} - [0:0]`, `:${pod} - [0:0]`],
            rules: placeAhead(table.rules, added),
          }
        : table,
    ),
  );
  return {
    mutation: 'leave a stale Service',
    text,
    about: share,
    verdict: { kinds: ['stale-service'], owner: 'gone/stale:http' },
  };
}

/** New rules of KUBE-SERVICES stand ahead of the others, as the node-ports rule must stay last. */
function placeAhead(rules: readonly string[], [first = '', ...others]: readonly string[]): readonly string[] {
  const at = rules.findIndex((rule) => chainOf(rule) === 'KUBE-SERVICES');
  return [...rules.toSpliced(at, 0, first), ...others];
}
