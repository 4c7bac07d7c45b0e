/** Mutations of captured tables: each says what it did, and what must be found. */
import { printElement } from '../../../../../src/netfilter/nftables/expression-text.ts';
import { printList } from '../../../../../src/netfilter/nftables/list.ts';
import {
  type Chain,
  type Element,
  type Expression,
  type NamedSet,
  type Rule,
  type Statement,
  type Table,
} from '../../../../../src/netfilter/nftables/model.ts';
import { spellingOf } from '../../../../../src/netfilter/nftables/nft-release.ts';
import { readNft } from '../../../../../src/netfilter/nftables/read-nft.ts';
import { type Mutant, type Verdict } from '../../../../helpers/mutant.ts';
import { type Random, shuffled } from '../../../../helpers/random.ts';
import { drawIn, withDraw } from './draws.ts';
import { clone, ownersOf, type TableOwners, withoutEndpoint, withoutService } from './services.ts';

/** A table with one thing changed. */
interface Change {
  readonly table: Table;
  readonly about: string;
  readonly verdict: Verdict;
}

interface Mutation {
  readonly name: string;
  /** Every way to apply it to a table. */
  readonly ways: (table: Table, owners: TableOwners) => readonly (() => Change | undefined)[];
}

/** Mutants of a listing: of each mutation at most so many, at places that chance chooses. */
export function nftMutantsOf(listing: string, random: Random, count: number): readonly Mutant[] {
  const [table] = readNft({ name: 'listing', text: listing }).value?.tables ?? [];
  if (table === undefined) throw new Error('no table in the listing');
  const owners = ownersOf(table);
  return MUTATIONS.flatMap(({ name, ways }) =>
    firstOf(shuffled(ways(table, owners), random), count).map(({ table: changed, about, verdict }) => {
      const text = printList({ tables: [changed] }, spellingOf('1.1.3'));
      return { mutation: name, text, about, verdict };
    }),
  );
}

/** The first changes that can be made. */
function firstOf(ways: readonly (() => Change | undefined)[], count: number): readonly Change[] {
  const changes: Change[] = [];
  for (const way of ways) {
    const change = changes.length < count ? way() : undefined;
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

const withSet = (table: Table, set: NamedSet): Table => ({
  ...table,
  sets: table.sets.map((one) => (one.name === set.name ? set : one)),
});

const withChain = (table: Table, chain: Chain): Table => ({
  ...table,
  chains: table.chains.map((one) => (one.name === chain.name ? chain : one)),
});

const isFilledByRules = ({ flags }: NamedSet): boolean => flags.includes('dynamic');

/** A mutation of one element: undefined leaves it as it is. */
const ofElement = (
  name: string,
  kinds: readonly string[],
  edit: (element: Element, set: NamedSet) => readonly Element[] | undefined,
): Mutation => ({
  name,
  ways: (table, owners) =>
    table.sets
      .filter((set) => !isFilledByRules(set))
      .flatMap((set) =>
        set.elements.map((element, at) => () => {
          const edited = edit(element, set);
          if (edited === undefined) return undefined;
          return {
            table: withSet(table, { ...set, elements: set.elements.toSpliced(at, 1, ...edited) }),
            about: `${set.name} { ${printElement(element)} }`,
            verdict: { kinds, owner: owners.ofElement(set.name, element) },
          };
        }),
      ),
});

/** A mutation of one rule: undefined leaves it as it is. */
const ofRule = (
  name: string,
  kinds: (rule: Rule, chain: Chain) => readonly string[],
  edit: (rule: Rule, chain: Chain) => readonly Rule[] | undefined,
): Mutation => ({
  name,
  ways: (table, owners) =>
    table.chains.flatMap((chain) =>
      chain.rules.map((rule, at) => () => {
        const edited = edit(rule, chain);
        if (edited === undefined) return undefined;
        return {
          table: withChain(table, { ...chain, rules: chain.rules.toSpliced(at, 1, ...edited) }),
          about: `rule ${at} of ${chain.name}`,
          verdict: { kinds: kinds(rule, chain), owner: owners.ofChain(chain.name) },
        };
      }),
    ),
});

/** A mutation of one statement: undefined leaves it as it is. */
const ofStatement = (name: string, edit: (statement: Statement) => Statement | undefined): Mutation =>
  ofRule(
    name,
    () => ['changed-rule'],
    (rule) => {
      const at = rule.statements.findIndex((statement) => edit(statement) !== undefined);
      const changed = edit(rule.statements[at] ?? { kind: 'accept' });
      return at === -1 || changed === undefined
        ? undefined
        : [{ ...rule, statements: rule.statements.with(at, changed) }];
    },
  );

const ofChain = (name: string, edit: (chain: Chain) => Chain | undefined): Mutation => ({
  name,
  ways: (table, owners) =>
    table.chains.map((chain) => () => {
      const edited = edit(chain);
      return (
        edited && {
          table: withChain(table, edited),
          about: chain.name,
          verdict: { kinds: ['changed-rule'], owner: owners.ofChain(chain.name) },
        }
      );
    }),
});

const ofSet = (name: string, edit: (set: NamedSet) => NamedSet | undefined): Mutation => ({
  name,
  ways: (table, owners) =>
    table.sets.map((set) => () => {
      const edited = edit(set);
      return (
        edited && {
          table: withSet(table, edited),
          about: set.name,
          verdict: { kinds: ['changed-rule'], owner: owners.ofChain(set.name) },
        }
      );
    }),
});

/** What spreads traffic is told by endpoint, and has mutations of its own. */
const isDraw = ({ statements }: Rule): boolean =>
  statements.some((statement) => drawIn(statement) !== undefined);

const jumps = ({ statements }: Rule): boolean => {
  const kind = statements.at(-1)?.kind;
  return kind === 'jump' || kind === 'goto';
};

const changedPort = (key: Expression): Expression | undefined => {
  const last = key.kind === 'concat' ? key.parts.at(-1) : undefined;
  if (key.kind !== 'concat' || last?.kind !== 'number') return undefined;
  const port = last.value === 4000 ? 4001 : 4000;
  return { kind: 'concat', parts: [...key.parts.slice(0, -1), { kind: 'number', value: port }] };
};

/** A bit that the release does not use for the same packet. */
const otherMark = (expression: Expression): Expression | undefined =>
  expression.kind === 'binary' && expression.right.kind === 'mark' && expression.right.value !== 0
    ? { ...expression, right: { kind: 'mark', value: expression.right.value === 0x800 ? 0x1000 : 0x800 } }
    : undefined;

const UNSET: readonly string[] = ['changed-rule'];

const MUTATIONS: readonly Mutation[] = [
  ofElement('drop an element', ['missing-rule', 'missing-service'], () => []),
  ofElement('change the verdict of an element', UNSET, (element) =>
    element.data === undefined
      ? undefined
      : [{ ...element, data: { kind: element.data.kind === 'drop' ? 'accept' : 'drop' } }],
  ),
  ofElement('change the port of an element', UNSET, (element, set) => {
    const key = changedPort(element.key);
    return key === undefined || set.dataType === undefined ? undefined : [{ ...element, key }];
  }),
  ofElement('add an element', ['unexpected-rule'], (element, set) => {
    const key = changedPort(element.key);
    return key === undefined || set.dataType === undefined ? undefined : [element, { ...element, key }];
  }),
  ofRule(
    'drop a rule',
    (rule, { hook }) =>
      hook !== undefined && jumps(rule) ? ['missing-jump'] : ['missing-rule', 'missing-service'],
    // Without the one rule of this chain, the table is that of a node whose conntrack is liberal.
    (_rule, { name }) => (name === 'forward' ? undefined : []),
  ),
  ofRule(
    'add a rule in front',
    () => ['unexpected-rule'],
    (rule) => [{ statements: [{ kind: 'counter' }, { kind: 'accept' }] }, rule],
  ),
  ofRule(
    'double a rule',
    () => ['unexpected-rule'],
    (rule) => (isDraw(rule) ? undefined : [rule, rule]),
  ),
  ofStatement('change a mark', (statement) => {
    if (statement.kind === 'mangle') {
      const value = otherMark(statement.value);
      return value && { ...statement, value };
    }
    const left = statement.kind === 'match' ? otherMark(statement.left) : undefined;
    return left && statement.kind === 'match' ? { ...statement, left } : undefined;
  }),
  ofStatement('change a verdict', (statement) => {
    if (statement.kind === 'drop' || statement.kind === 'return') return { kind: 'accept' };
    return statement.kind === 'reject' ? { kind: 'drop' } : undefined;
  }),
  ofStatement('turn a match round', (statement) =>
    statement.kind === 'match' && (statement.operator === '==' || statement.operator === '!=')
      ? { ...statement, operator: statement.operator === '==' ? '!=' : '==' }
      : undefined,
  ),
  ofStatement('change where dnat leads', (statement) =>
    statement.kind === 'dnat' && statement.port?.kind === 'number'
      ? { ...statement, port: { kind: 'number', value: statement.port.value + 1 } }
      : undefined,
  ),
  ofStatement('masquerade by fewer ports', (statement) =>
    statement.kind === 'masquerade' ? { ...statement, flags: [] } : undefined,
  ),
  ofChain(
    'change a priority',
    (chain) => chain.hook && { ...chain, hook: { ...chain.hook, priority: chain.hook.priority + 1 } },
  ),
  ofChain('change a policy', (chain) => chain.hook && { ...chain, hook: { ...chain.hook, policy: 'drop' } }),
  ofChain('unhook a chain', ({ name, rules, hook }) => hook && { name, rules }),
  ofSet('change the type of a set', (set) => ({ ...set, keyType: ['ether_addr'], elements: [] })),
  ofSet('change a timeout', (set) =>
    set.timeout === undefined ? undefined : { ...set, timeout: set.timeout + 1000 },
  ),
  ofSet('change the flags of a set', (set) =>
    isFilledByRules(set) || set.flags.includes('interval') ? undefined : { ...set, flags: ['interval'] },
  ),
  {
    name: 'swap two rules',
    ways: (table, owners) =>
      table.chains.flatMap((chain) =>
        chain.rules.slice(1).map((rule, at) => () => {
          const before = chain.rules[at];
          if (before === undefined) return undefined;
          const rules = chain.rules.with(at, rule).with(at + 1, before);
          const verdict = { kinds: ['wrong-order'], owner: owners.ofChain(chain.name) };
          return { table: withChain(table, { ...chain, rules }), about: chain.name, verdict };
        }),
      ),
  },
  {
    name: 'add a base chain',
    ways: (table) => [
      () => ({
        table: {
          ...table,
          chains: [
            ...table.chains,
            {
              name: 'taps',
              hook: { type: 'filter', hook: 'input', priority: -300, policy: 'accept' },
              rules: [{ statements: [{ kind: 'drop' }] }],
            },
          ],
        },
        about: 'chain taps',
        verdict: { kinds: ['unexpected-chain'], owner: null },
      }),
    ],
  },
  {
    name: 'drop an endpoint',
    ways: (table, owners) =>
      owners.endpoints.map((endpoint) => () => {
        const without = withoutEndpoint(table, owners, endpoint);
        return (
          without && {
            table: without,
            about: `${endpoint.owner} ${endpoint.address}`,
            verdict: { kinds: ['missing-endpoint'], owner: endpoint.owner },
          }
        );
      }),
  },
  ...drawMutations(),
  {
    name: 'drop a Service',
    ways: (table, owners) =>
      owners.labels.map((owner) => () => ({
        table: withoutService(table, owners, owner),
        about: owner,
        verdict: { kinds: ['missing-service', 'missing-rule'], owner },
      })),
  },
  {
    name: 'leave a Service behind',
    ways: (table, owners) =>
      owners.labels.map((owner) => () => {
        const cloned = clone(table, owners, owner);
        return (
          cloned && {
            table: cloned.table,
            about: cloned.owner,
            verdict: { kinds: ['stale-service'], owner: cloned.owner },
          }
        );
      }),
  },
];

/** Mutations of the rule that draws an endpoint. */
function drawMutations(): readonly Mutation[] {
  const ofDraw = (
    name: string,
    kinds: readonly string[],
    edit: (
      elements: readonly Element[],
      modulus: number,
    ) => readonly [readonly Element[], number] | undefined,
  ): Mutation =>
    ofRule(
      name,
      () => kinds,
      (rule) => {
        const at = rule.statements.findIndex((statement) => drawIn(statement) !== undefined);
        const statement = rule.statements[at];
        const draw = statement && drawIn(statement);
        if (statement === undefined || draw === undefined) return undefined;
        const edited = edit(draw.elements, draw.modulus);
        if (edited === undefined) return undefined;
        return [{ ...rule, statements: rule.statements.with(at, withDraw(statement, ...edited)) }];
      },
    );
  const numbered = (elements: readonly Element[]): readonly Element[] =>
    elements.map((element, value) => ({ ...element, key: { kind: 'number', value } }));
  return [
    ofDraw('give an endpoint twice its share', ['wrong-probability'], (elements) => {
      const [first] = elements;
      return first === undefined || elements.length < 2
        ? undefined
        : [numbered([...elements, first]), elements.length + 1];
    }),
    ofDraw('draw a number that nobody serves', ['wrong-probability'], (elements, modulus) => [
      elements,
      modulus + 1,
    ]),
    ofDraw('draw too few numbers', ['missing-endpoint'], (elements, modulus) =>
      modulus < 2 ? undefined : [elements, modulus - 1],
    ),
    ofDraw('let another endpoint have the share of one', ['missing-endpoint'], (elements, modulus) => {
      const [first, second] = elements;
      return first === undefined || second === undefined
        ? undefined
        : [numbered([first, first, ...elements.slice(2)]), modulus];
    }),
    ofDraw('leave an endpoint behind', ['stale-endpoint'], (elements) => {
      const stale = elements.at(-1)?.data;
      if (stale?.kind !== 'concat') return undefined;
      const [, port] = stale.parts;
      if (port === undefined) return undefined;
      const address: Expression = { kind: 'word', text: '192.0.2.77' };
      const data: Expression = { kind: 'concat', parts: [address, port] };
      return [numbered([...elements, { key: port, data }]), elements.length + 1];
    }),
  ];
}
