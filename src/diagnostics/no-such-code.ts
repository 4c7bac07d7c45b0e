import { nearestName } from '../text/nearest-name.ts';

/** Says that `code` is unknown, and names the most similar known code. */
export function noSuchCode(code: string, known: readonly string[]): string {
  const nearest = nearestName(code, known);
  const suggestion = nearest === undefined ? '' : `, did you mean ${JSON.stringify(nearest)}?`;
  return `there is no code ${JSON.stringify(code)}${suggestion}`;
}
