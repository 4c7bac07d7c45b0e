import { nearestName } from '../text/nearest-name.ts';

/** Says that none of the known codes is `code`, and which of them is the nearest. */
export function noSuchCode(code: string, known: readonly string[]): string {
  const nearest = nearestName(code, known);
  const suggestion = nearest === undefined ? '' : `, did you mean ${JSON.stringify(nearest)}?`;
  return `there is no code ${JSON.stringify(code)}${suggestion}`;
}
