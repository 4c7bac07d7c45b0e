/**
 * Save text taken apart and put together again, by lines alone: knows nothing of svc2ipt's own parser and model, so that
 * it cannot share their mistakes.
 */
export interface TextTable {
  readonly name: string;
  readonly declarations: readonly string[];
  readonly rules: readonly string[];
}

export type SaveText = readonly TextTable[];

export function readSaveText(save: string): SaveText {
  const tables: { name: string; declarations: string[]; rules: string[] }[] = [];
  for (const line of save.split('\n')) {
    if (line.startsWith('*')) tables.push({ name: line.slice(1), declarations: [], rules: [] });
    else if (line.startsWith(':')) tables.at(-1)?.declarations.push(line);
    else if (line.startsWith('-A ')) tables.at(-1)?.rules.push(line);
  }
  return tables;
}

export const printSaveText = (tables: SaveText): string =>
  tables
    .map(({ name, declarations, rules }) => [`*${name}`, ...declarations, ...rules, 'COMMIT', ''].join('\n'))
    .join('');

export const chainOf = (rule: string): string => rule.split(' ')[1] ?? '';
export const targetOf = (rule: string): string => / -[jg] (\S+)/.exec(rule)?.[1] ?? '';
export const commentOf = (rule: string): string => {
  const match = / --comment (?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(rule);
  return match?.[1] ?? match?.[2] ?? '';
};
const protocolOf = (rule: string): string => / -p (\S+)/.exec(rule)?.[1] ?? '';
const portHash = (chain: string): string => /^KUBE-(?:SVC|SVL|EXT|FW|XLB)-(\S+)$/.exec(chain)?.[1] ?? '';

/** The service port that a comment names, without the colon of a port without a name. */
const nameIn = (rule: string): string =>
  (
    commentOf(rule)
      .split(' ')
      .find((word) => /^[^/]+\/[^/]+$/.test(word)) ?? ''
  ).replace(/:$/, '');

/** Whose a rule is: `ns/name:port`, or null for the node's own. */
export type OwnerOf = (table: string, rule: string) => string | null;

/** Reads owners off the text: chains by who leads to them, rules of shared chains by their comments. */
export function ownersIn(tables: SaveText): OwnerOf {
  const rules = tables.flatMap((table) => table.rules);
  const byHash = new Map<string, string>();
  for (const rule of rules) {
    const hash = portHash(targetOf(rule));
    if (hash !== '' && SHARED.has(chainOf(rule)) && nameIn(rule) !== '') byHash.set(hash, nameIn(rule));
  }
  for (const rule of rules) {
    const hash = portHash(chainOf(rule));
    if (hash !== '' && !byHash.has(hash) && nameIn(rule) !== '') byHash.set(hash, nameIn(rule));
  }
  const byEndpoint = new Map<string, string>();
  for (const rule of rules) {
    const owner = byHash.get(portHash(chainOf(rule)));
    if (owner !== undefined && targetOf(rule).startsWith('KUBE-SEP-')) byEndpoint.set(targetOf(rule), owner);
  }
  return (_table, rule) => {
    const chain = chainOf(rule);
    if (SHARED.has(chain)) return nameIn(rule) === '' ? null : nameIn(rule);
    return byHash.get(portHash(chain)) ?? byEndpoint.get(chain) ?? null;
  };
}

export const SHARED: ReadonlySet<string> = new Set([
  'KUBE-SERVICES',
  'KUBE-NODEPORTS',
  'KUBE-EXTERNAL-SERVICES',
  'KUBE-PROXY-FIREWALL',
]);

export const protocolIn = protocolOf;
