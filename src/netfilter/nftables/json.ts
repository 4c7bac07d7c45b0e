/** Rule sets as `nft -j` prints them. (man libnftables-json) */
import { elementToJson } from './expression-json.ts';
import { printJsonText } from './json-text.ts';
import { type JsonObject } from './json-fields.ts';
import { type Chain, type NamedSet, type NftFamily, type Ruleset, type Table } from './model.ts';
import { type NftSpelling } from './nft-release.ts';
import { setKind } from './set-text.ts';
import { statementToJson } from './statement-json.ts';
import { MILLISECONDS } from './duration.ts';

const SCHEMA_VERSION = 1;
/** Returns the tables as `nft -j list` of the spelling prints them: one line, with handles where they are known. */
export function printJson({ tables }: Ruleset, spelling: NftSpelling): string {
  const { version, releaseName } = spelling;
  const metainfo = { version, release_name: releaseName, json_schema_version: SCHEMA_VERSION };
  const objects: JsonObject[] = [{ metainfo }];
  for (const table of tables) for (const object of tableToJson(table, spelling)) objects.push(object);
  return `${printJsonText({ nftables: objects })}\n`;
}

function tableToJson(table: Table, spelling: NftSpelling): readonly JsonObject[] {
  const { family, name, handle } = table;
  const comment = spelling.jsonComments ? table.comment : undefined;
  const sets = table.sets.map((set) => ({ [setKind(set)]: setToJson(set, table, spelling) }));
  const chains = table.chains.map((chain) => ({ chain: chainToJson(chain, table, spelling) }));
  const others = table.others.flatMap(({ form, text }) =>
    form === 'json' ? [JSON.parse(text) as JsonObject] : [],
  );
  return [
    { table: { family, name, handle, comment, ...flagsOf(table.flags) } },
    ...(spelling.jsonChainsFirst ? [...chains, ...others, ...sets] : [...others, ...sets, ...chains]),
    ...table.chains.flatMap((chain) => rulesToJson(chain, table, spelling)),
  ];
}

const flagsOf = (flags: readonly string[]): JsonObject => (flags.length === 0 ? {} : { flags });

function chainToJson(chain: Chain, { family, name: table }: Table, spelling: NftSpelling): JsonObject {
  const { name, handle, hook } = chain;
  const comment = spelling.jsonComments ? chain.comment : undefined;
  const base = hook && {
    type: hook.type,
    hook: hook.hook,
    dev: hook.devices ?? hook.device,
    prio: hook.priority,
    policy: hook.policy,
  };
  return { family, table, name, handle, comment, ...base };
}

function setToJson(set: NamedSet, { family, name: table }: Table, spelling: NftSpelling): JsonObject {
  const { name, handle, comment, keyType, dataType, size, timeout, elements } = set;
  // JSON has its own order of flags.
  const flags = ['constant', 'interval', 'timeout', 'dynamic'].filter(
    (flag) => set.flags.includes(flag) && (flag !== 'dynamic' || spelling.jsonDynamicFlag),
  );
  return {
    family,
    name,
    table,
    type: typeToJson(keyType),
    handle,
    comment,
    map: dataType && typeToJson(dataType),
    size,
    ...flagsOf(flags),
    timeout: timeout === undefined ? undefined : Math.floor(timeout / MILLISECONDS),
    elem: elements.length === 0 ? undefined : elements.map(elementToJson),
  };
}

const typeToJson = (types: readonly string[]): unknown => (types.length === 1 ? types[0] : types);

function rulesToJson(
  chain: Chain,
  { family, name: table }: { readonly family: NftFamily; readonly name: string },
  spelling: NftSpelling,
): readonly JsonObject[] {
  return chain.rules.map(({ statements, comment, handle }) => ({
    rule: {
      family,
      table,
      chain: chain.name,
      handle,
      comment,
      expr: statements.map((statement) => statementToJson(statement, family, spelling)),
    },
  }));
}
