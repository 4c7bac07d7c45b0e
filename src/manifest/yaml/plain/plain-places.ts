import { type JsonPath } from '../../../text/json-path.ts';
import { type PlainDocument, type RootList } from './read-plain.ts';

/** Finds places in a text of YAML: the offset of the value at a path, or of the nearest value around it. */
export type OffsetAt = (path: JsonPath) => number;

/**
 * Makes a function that finds places in a document of plain YAML. `placesOf` finds them in any text, but reads all of
 * it. So it gets only the item of a list that a path goes to, or the rest of the document without such lists: one
 * message about a List of 20,000 objects reads one object again.
 */
export function plainPlaces(
  text: string,
  { lists }: PlainDocument,
  placesOf: (text: string) => OffsetAt,
): OffsetAt {
  const items = new Map<number, OffsetAt>();
  let rest: OffsetAt | undefined;
  return (path) => {
    const [key, index, ...inside] = path;
    const list = lists.get(String(key));
    const dash = list?.dashes[Number(index ?? NaN)];
    if (list === undefined) return (rest ??= placesWithoutItems(text, lists, placesOf))(path);
    if (dash === undefined) return list.dashes[0] ?? list.end;
    let places = items.get(dash);
    if (places === undefined) {
      places = placesOf(itemText(text, list, Number(index)));
      items.set(dash, places);
    }
    return places([0, ...inside]) + dash - list.column;
  };
}

/** The item alone, as a list of one item at the same column. */
function itemText(text: string, { column, dashes, end }: RootList, index: number): string {
  const next = dashes[index + 1];
  return ' '.repeat(column) + text.slice(dashes[index], next === undefined ? end : next - column);
}

/** Finds places outside of the lists: those behind a list move by its length. */
function placesWithoutItems(
  text: string,
  lists: PlainDocument['lists'],
  placesOf: (text: string) => OffsetAt,
): OffsetAt {
  const pieces: string[] = [];
  const moves: { readonly from: number; readonly by: number }[] = [];
  let kept = 0;
  let start = 0;
  for (const { column, dashes, end } of lists.values()) {
    const first = (dashes[0] ?? end) - column;
    pieces.push(text.slice(start, first));
    kept += first - start;
    moves.push({ from: kept, by: end - kept });
    start = end;
  }
  pieces.push(text.slice(start));
  const offsetAt = placesOf(pieces.join(''));
  return (path) => {
    const offset = offsetAt(path);
    return offset + (moves.findLast(({ from }) => offset >= from)?.by ?? 0);
  };
}
