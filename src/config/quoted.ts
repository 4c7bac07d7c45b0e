/**
 * Returns a list of texts as error messages of kube-proxy quote it. (Error.ErrorBody,
 * apimachinery/pkg/util/validation/field)
 */
export function quotedList(texts: readonly string[], syntax: 'go' | 'json'): string {
  const quoted = texts.map((text) => JSON.stringify(text));
  return syntax === 'go' ? `[]string{${quoted.join(', ')}}` : `[${quoted.join(',')}]`;
}
