/** Reads scripts for `nft -f`, one command a line, as kube-proxy passes them to nft and writes them to its log. */
import { type Outcome } from '../../diagnostics/diagnostic.ts';
import { type Source } from '../../text/source.ts';
import { type Command } from './command.ts';
import { untilDamage } from './damage.ts';
import { finishedTables, type TableDrafts } from './drafts.ts';
import { isFamily, skipRemarks } from './list.ts';
import { type NftFamily, type Ruleset } from './model.ts';
import { type Form, FORMS } from './script-commands.ts';
import { isTransactionLog, transactionsOf } from './transaction-log.ts';
import { type Word, WordCursor, WordList, wordText } from './word-cursor.ts';

/** What a command begins with. */
export const VERBS: ReadonlySet<string> = new Set([
  ...['add', 'create', 'insert', 'replace', 'delete', 'destroy', 'flush'],
]);

/**
 * Runs the commands in order, as nft does, on a node without tables. Returns what the node then holds. A command that
 * names a missing object gives an error with its place. So does a damaged text.
 */
export const readScript = (source: Source): Outcome<Ruleset | undefined> =>
  untilDamage(source, () => {
    const cursor = new WordCursor(isTransactionLog(source) ? transactionsOf(source) : source);
    const drafts: TableDrafts = new Map();
    for (let word = skipRemarks(cursor); word !== undefined; word = skipRemarks(cursor)) {
      if (!VERBS.has(word.text)) cursor.fail(word, 'expected a command, as "add"');
      run(cursor.takeLine(), cursor, drafts);
    }
    return finishedTables(drafts);
  });

function run(line: readonly Word[], cursor: WordCursor, drafts: TableDrafts): void {
  const words = new WordList(line.filter(({ kind }) => kind !== 'remark'));
  const [verb, what] = [words.take(), words.take()];
  if (verb?.text === 'flush' && what?.text === 'ruleset') {
    drafts.clear();
    return;
  }
  const form: Form | undefined = FORMS.get(wordText(what));
  const act = form?.get(wordText(verb));
  if (act === undefined) {
    return cursor.refuse(what ?? verb, 'svc2ipt does not know this command of nft');
  }
  act(commandOf(words, cursor, line, drafts));
}

/** Takes family and table. Without a family, nft means `ip`. */
function commandOf(words: WordList, cursor: WordCursor, line: readonly Word[], drafts: TableDrafts): Command {
  const end = line.at(-1);
  const family = familyIn(words);
  const table = words.take();
  if (table?.kind !== 'word' && table?.kind !== 'quoted') {
    return cursor.refuse(table ?? end, 'expected the name of a table here');
  }
  return { family, table, words, cursor, drafts, end };
}

function familyIn(words: WordList): NftFamily {
  const text = words.peekText();
  if (!isFamily(text)) return 'ip';
  words.take();
  return text;
}
