/** Keys and indexes from the root of an object down to one of its values. */
export type JsonPath = readonly (string | number)[];

/**
 * Formats `['spec', 'ports', 0, 'port']` as `spec.ports[0].port`. Keys that are no plain words go in
 * brackets.
 */
export function formatPath(path: JsonPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${step}]`;
  }
  return text;
}
