/**
 * The one ordering that the oracle's README gives: tables and chains sorted; rules of Services in shared chains sorted
 * by destination, protocol, port and comment, because kube-proxy walks Services in random order. All else stays.
 * Works on text and knows nothing of svc2ipt's own model, so that it cannot share its mistakes.
 */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  nat: ['KUBE-SERVICES', 'KUBE-NODEPORTS'],
  filter: ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL'],
};
const LAST = 'this must be the last rule in this chain';

interface SaveTable {
  readonly name: string;
  readonly declarations: string[];
  readonly rules: Map<string, string[]>;
}

export function canonicalOrder(save: string): string {
  return readTables(save)
    .sort((a, b) => compare(a.name, b.name))
    .map((table) => {
      const chains = table.declarations.toSorted();
      const rules = chains.flatMap((line) => {
        const chain = line.slice(1).split(' ')[0] ?? '';
        const own = table.rules.get(chain) ?? [];
        return (SHARED[table.name] ?? []).includes(chain) ? sortShared(own, table.name, chain) : own;
      });
      return [`*${table.name}`, ...chains, ...rules, 'COMMIT', ''].join('\n');
    })
    .join('');
}

function readTables(save: string): SaveTable[] {
  const tables: SaveTable[] = [];
  for (const line of save.split('\n')) {
    const table = tables.at(-1);
    if (line.startsWith('*')) tables.push({ name: line.slice(1), declarations: [], rules: new Map() });
    else if (line.startsWith(':')) table?.declarations.push(line);
    else if (line.startsWith('-A ')) {
      const chain = line.split(' ')[1] ?? '';
      table?.rules.set(chain, [...(table.rules.get(chain) ?? []), line]);
    } else if (line !== '' && line !== 'COMMIT') throw new Error(`not a save line: ${line}`);
  }
  return tables;
}

function sortShared(rules: readonly string[], table: string, chain: string): readonly string[] {
  const keyOf = (rule: string): string =>
    [
      table === 'nat' && chain === 'KUBE-NODEPORTS' ? '' : part(rule, / -d (\S+)/),
      part(rule, / -p (\S+)/),
      part(rule, / --dport (\S+)/),
      part(rule, / --comment ("(?:[^"\\]|\\.)*"|\S+)/),
    ].join('\u0000');
  const last = rules.filter((rule) => rule.includes(LAST)).toSorted();
  const others = rules.filter((rule) => !rule.includes(LAST)).map((rule) => ({ rule, key: keyOf(rule) }));
  return [...others.toSorted((a, b) => compare(a.key, b.key)).map(({ rule }) => rule), ...last];
}

const part = (rule: string, pattern: RegExp): string => pattern.exec(rule)?.[1] ?? '';
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
