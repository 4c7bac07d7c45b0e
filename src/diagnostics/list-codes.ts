import { type CodeTable, error } from './code-text.ts';

/** What can be wrong with names of chains and Services. */
export const LIST_CODES = {
  'chain-unknown': error('The chain or Service that was asked for is neither in the rules nor in the names.'),
  'name-invalid': error('A line of the names is no name of a service port.'),
} as const satisfies CodeTable;
