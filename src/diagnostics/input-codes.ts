import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with the command line, with files, and with their text, whatever they hold. */
export const INPUT_CODES = {
  usage: error({
    meaning: 'The command line is not as the command wants it.',
    example: '`svc2ipt compile --no-such-option`',
    remedy: 'Read the help of the command: `svc2ipt COMMAND --help`.',
  }),
  'file-unreadable': error({
    meaning: 'A file or directory that was named cannot be read.',
    example: '`svc2ipt compile -f missing.yaml`',
    remedy: 'Correct the path, or let the user who runs svc2ipt read it.',
  }),
  'file-unwritable': error({
    meaning: 'A file that was named cannot be written.',
    example: '`svc2ipt compile -f web.yaml -o missing/node.save`',
    remedy: 'Create the directory, or let the user who runs svc2ipt write there.',
  }),
  'address-unusable': error({
    meaning: 'Nothing can listen at the address of --metrics-listen.',
    example: '`svc2ipt diff -f web.yaml --watch 30s --metrics-listen 192.0.2.1:9464`',
    remedy: 'Name another port, or an address of this machine.',
  }),
  'no-input': error({
    meaning: 'There is nothing to work on in what was named.',
    example: '`svc2ipt compile -f empty.yaml`',
    remedy: 'Name a file or directory that holds manifests; `-R` looks into directories below.',
  }),
  'not-text': error({
    meaning: 'The file holds bytes that are no text.',
    example: '`svc2ipt compile -f web.png`',
    remedy: 'Name text files only, in UTF-8 or UTF-16; unpack archives first.',
  }),
  'input-too-large': error({
    meaning: 'The input is larger, or nested deeper, than what is read.',
    example: '`svc2ipt compile -f deep.json`, with 101 lists in one another',
    remedy: 'Split the file; large clusters are read best as JSON.',
  }),
  'yaml-syntax': error({
    meaning: 'The text is not YAML as the API server reads it.',
    example: '`svc2ipt compile -f web.yaml`, with `kind: [Service`',
    remedy: 'Correct the text at the place of the message.',
  }),
  'yaml-unknown-tag': warning({
    meaning: 'YAML tags that Kubernetes does not know have no effect.',
    example: '`svc2ipt compile -f web.yaml`, with `name: !secret web`',
    remedy: 'Remove the tag, or render the file with the tool that knows it.',
  }),
  'json-syntax': error({
    meaning: 'The text is not JSON.',
    example: '`svc2ipt compile -f web.json`, with `{"kind" "Service"}`',
    remedy: 'Correct the text at the place of the message.',
  }),
  'helm-template': error({
    meaning: 'The file is a Helm template that was not rendered.',
    example: '`svc2ipt compile -f web.yaml`, with `name: {{ .Release.Name }}`',
    remedy: 'Render it first: `helm template CHART | svc2ipt compile -f -`.',
  }),
  'not-an-object': error({
    meaning: 'A document is no Kubernetes object, or does not say of which kind it is.',
    example: '`svc2ipt compile -f web.yaml`, with `metadata: {name: web}` and without a kind',
    remedy: 'Give the document its `apiVersion` and `kind`, or leave out the file with `--exclude`.',
  }),
  'baseline-invalid': error({
    meaning: 'The file of --baseline is not what --write-baseline writes.',
    example: '`svc2ipt lint -f web.yaml --baseline base.yaml`, with `kind: Service` in the file',
    remedy: 'Write the file anew: `svc2ipt lint -f DIR --baseline FILE --write-baseline`.',
  }),
  'golden-invalid': error({
    meaning: 'The file that names golden files is not as `--golden` wants it.',
    example: '`svc2ipt compile --golden .`, with `node: [node-1]` in svc2ipt.yaml',
    remedy: 'Correct the field at the place of the message; README shows the fields.',
  }),
  'more-problems': warning({
    meaning: 'There is more of the same than is told.',
    example: '`svc2ipt compile -f web.json`, with 1,001 unknown fields',
    remedy: 'Mend what is told first, or read all of it with `--diagnostics json`.',
  }),
  bug: error({
    meaning: 'svc2ipt failed, and not because of its input.',
    example: '`svc2ipt compile -f web.yaml` ends with `this is a bug in svc2ipt`',
    remedy: 'Run it again with `SVC2IPT_DEBUG=1` and report what it prints, with the input if you can.',
  }),
} as const satisfies CodeTable;
