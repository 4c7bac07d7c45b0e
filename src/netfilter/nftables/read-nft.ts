import { type Outcome } from '../../diagnostics/diagnostic.ts';
import { type Source } from '../../text/source.ts';
import { ALL_WHOLE, type MustBeWhole, readList, skipRemarks } from './list.ts';
import { type Ruleset } from './model.ts';
import { readNftJson } from './read-json.ts';
import { readScript, VERBS } from './read-script.ts';
import { isTransactionLog } from './transaction-log.ts';
import { readWhole } from './word-cursor.ts';

type Read = (source: Source, mustBeWhole: MustBeWhole) => Outcome<Ruleset | undefined>;

/** How a list, JSON or a script begins, behind remarks. */
const NFT = /^(?:\s*#[^\n]*\n)*\s*(?:(?:table|add|create|delete|destroy|flush)\s|\{)/;

/** Whether a text is of nft: a list, JSON, a script, or a log with transactions. Rules of iptables are not. */
export const isNft = (source: Source): boolean => NFT.test(source.text) || isTransactionLog(source);

/**
 * Reads tables in any form: a list (`nft list`), JSON (`nft -j list`), or a script for `nft -f`, alone or in a log of
 * kube-proxy. The beginning of the text tells the form. A damaged text gives an error with its place and no value.
 */
export function readNft(source: Source, mustBeWhole: MustBeWhole = ALL_WHOLE): Outcome<Ruleset | undefined> {
  if (isTransactionLog(source)) return readScript(source);
  const { value: read, problems } = readWhole(source, (cursor): Read => {
    const first = skipRemarks(cursor);
    if (first === undefined || first.text === 'table') return readList;
    if (first.kind === 'open') return readNftJson;
    return VERBS.has(first.text)
      ? readScript
      : cursor.fail(first, 'expected "table", a command as "add", or the JSON of nft');
  });
  return read === undefined ? { value: undefined, problems } : read(source, mustBeWhole);
}
