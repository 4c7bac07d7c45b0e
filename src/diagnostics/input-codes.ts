import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with the command line, with files, and with their text, whatever they hold. */
export const INPUT_CODES = {
  usage: error('The command line is not as the command wants it.'),
  'file-unreadable': error('A file or directory that was named cannot be read.'),
  'file-unwritable': error('A file that was named cannot be written.'),
  'no-input': error('There is nothing to work on in what was named.'),
  'not-text': error('The file holds bytes that are no text.'),
  'input-too-large': error('The input is larger, or nested deeper, than what is read.'),
  'yaml-syntax': error('The text is not YAML as the API server reads it.'),
  'yaml-unknown-tag': warning('YAML tags that Kubernetes does not know have no effect.'),
  'json-syntax': error('The text is not JSON.'),
  'helm-template': error('The file is a Helm template that was not rendered.'),
  'not-an-object': error('A document is no Kubernetes object, or does not say of which kind it is.'),
  'baseline-invalid': error('The file of --baseline is not what --write-baseline writes.'),
  'more-problems': warning('There is more of the same than is told.'),
  bug: error('svc2ipt failed, and not because of its input.'),
} as const satisfies CodeTable;
