/** Prints and reads chains as text. Each printer stands beside its reader. */
import { type Chain, type Hook, type NftFamily, type Rule } from './model.ts';
import { type NftSpelling } from './nft-release.ts';
import { parsePriority, printPriority } from './priority.ts';
import { parseRule, printRule, withoutHandle } from './rule-text.ts';
import { type Word, type WordCursor } from './word-cursor.ts';

/** Returns the lines of the chain inside its table, without handles. */
export function printChain(chain: Chain, family: NftFamily, spelling: NftSpelling): string {
  const lines = [`\tchain ${chain.name} {`];
  if (chain.comment !== undefined) lines.push(`\t\tcomment "${chain.comment}"`);
  if (chain.hook !== undefined) lines.push(`\t\t${printHook(chain.hook, family, spelling)}`);
  for (const rule of chain.rules) lines.push(`\t\t${printRule(rule, spelling)}`);
  lines.push('\t}\n');
  return lines.join('\n');
}

function printHook(hook: Hook, family: NftFamily, spelling: NftSpelling): string {
  const device = printDevices(hook);
  const priority = printPriority(hook.priority, hook.hook, family, spelling);
  const policy = hook.policy === undefined ? '' : ` policy ${hook.policy};`;
  return `type ${hook.type} hook ${hook.hook}${device} priority ${priority};${policy}`;
}

/** Reads a chain whose words up to its name have been taken. */
export function parseChain(cursor: WordCursor, name: string, family: NftFamily): Chain {
  cursor.expect('open', '"{" after the name of a chain');
  let chain: Omit<Chain, 'rules'> = { name };
  const rules: Rule[] = [];
  for (let word = cursor.skipEnds(); word?.kind !== 'close'; word = cursor.skipEnds()) {
    if (word === undefined) return cursor.fail(undefined, 'expected "}"');
    const line = cursor.takeLine();
    if (rules.length > 0 && line.every(({ kind }) => kind === 'remark')) continue;
    const declaration = rules.length > 0 ? undefined : readDeclaration(line, cursor, chain, family);
    if (declaration === undefined) rules.push(parseRule(line, cursor));
    else chain = { ...chain, ...declaration };
  }
  cursor.next();
  return { ...chain, rules };
}

/** Reads a line about the chain itself. Returns undefined for a rule. */
export function readDeclaration(
  line: readonly Word[],
  cursor: WordCursor,
  chain: Omit<Chain, 'rules'>,
  family: NftFamily,
): Partial<Omit<Chain, 'rules'>> | undefined {
  const [first, second] = line;
  if (first?.kind === 'remark') {
    const { handle } = withoutHandle(line);
    return handle === undefined ? {} : { handle };
  }
  const isPair = line.length === 2;
  if (isPair && first?.text === 'comment' && second?.kind === 'quoted') return { comment: second.text };
  if (first?.text === 'type' && line.some(({ text }) => text === 'hook')) {
    return { hook: parseHook(line, cursor, family) };
  }
  return isPair && first?.text === 'policy' ? withPolicy(chain, second) : undefined;
}

/**
 * Adds the policy to the hook. The reader of lines returns `policy accept` as a line of its own, because a semicolon
 * stands before it.
 */
const withPolicy = ({ hook }: Omit<Chain, 'rules'>, policy: Word | undefined): Partial<Chain> | undefined =>
  hook === undefined || policy === undefined ? undefined : { hook: { ...hook, policy: policy.text } };

/** ` device "eth0"`, or ` devices = { eth0, eth1 }`; empty for hooks of no device. */
export function printDevices({ device, devices }: Hook): string {
  if (devices !== undefined) return ` devices = { ${devices.join(', ')} }`;
  return device === undefined ? '' : ` device "${device}"`;
}

/** Reads `type filter hook input priority filter`, as in a listing or a script. */
export function parseHook(line: readonly Word[], cursor: WordCursor, family: NftFamily): Hook {
  const found = new Map<string, readonly Word[]>();
  let key = '';
  for (const word of line) {
    if (HOOK_WORDS.has(word.text) && word.kind === 'word') {
      key = word.text;
      found.set(key, []);
    } else found.set(key, [...(found.get(key) ?? []), word]);
  }
  const [type, hook, device] = ['type', 'hook', 'device'].map((name) => nameIn(found.get(name)));
  const priority = parsePriority(
    (found.get('priority') ?? []).map(({ text }) => text),
    family,
  );
  if (type === undefined || hook === undefined)
    return cursor.fail(line[0], 'expected "type ... hook ... priority ..."');
  if (priority === undefined)
    return cursor.fail(found.get('priority')?.[0] ?? line.at(-1), 'expected a priority');
  const devices = found
    .get('devices')
    ?.filter(({ kind, text }) => kind === 'quoted' || (kind === 'word' && text !== '='))
    .map(({ text }) => text);
  return {
    type,
    hook,
    ...(device !== undefined && { device }),
    ...(devices !== undefined && { devices }),
    priority,
  };
}

/** Returns the name, when it is one word; otherwise undefined. */
function nameIn(words: readonly Word[] | undefined): string | undefined {
  const [word] = words ?? [];
  return words?.length === 1 && (word?.kind === 'word' || word?.kind === 'quoted') ? word.text : undefined;
}

const HOOK_WORDS: ReadonlySet<string> = new Set(['type', 'hook', 'device', 'devices', 'priority']);
