/**
 * Adds any number of items to the end of a list. `list.push(...items)` passes each item as an argument, and
 * overflows the stack with some hundred thousand of them.
 */
export function appendAll<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
