/** Sentences that several parts of the YAML reader use. */

/** What is said of every tab that is not allowed where it stands. */
export const TAB_MESSAGE = 'YAML is not indented with tabs; replace the tab by spaces';

/** What to do about a YAML text that is too large. */
export const SPLIT_IT = 'split it, or give it as JSON (kubectl get -o json)';
