/** JSON as nft writes it: on one line, with a blank after each comma and colon. */

/** Returns the value as jansson, which nft writes JSON with, spells it. */
export function printJsonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printJsonText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${printJsonText(item)}`).join(', ')}}`;
}
