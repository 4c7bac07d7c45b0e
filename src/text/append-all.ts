/**
 * Adds items to the end of a list, however many: `list.push(...items)` hands each to the call as an argument and
 * overflows the stack with some hundred thousand of them.
 */
export function appendAll<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
