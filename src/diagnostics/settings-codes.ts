import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with the settings of kube-proxy, from a file or from flags. */
export const SETTINGS_CODES = {
  'config-invalid': error('kube-proxy would not start with this value of its configuration file.'),
  'config-unknown-field': warning('No kube-proxy knows the field of the configuration file.'),
  'config-ignored-field': warning('kube-proxy of this release does not know the field, and ignores it.'),
  'flag-invalid': error('kube-proxy would not start with this value of a flag.'),
  'flag-unknown': error('kube-proxy of this release does not have the flag.'),
  'feature-gate-invalid': error(
    'kube-proxy of this release does not have the feature gate, or has it locked.',
  ),
  'mode-unsupported': error('svc2ipt does not know the rules of this proxy mode.'),
  'mode-needs-gate': warning(
    'kube-proxy of this release starts in this mode only with a feature gate, which nothing sets.',
  ),
  'nft-refuses': warning('nft refuses what kube-proxy of this release writes for the input.'),
  'node-unknown': warning('The input has Nodes, but not the one that the rules are for.'),
  'family-not-served': warning('kube-proxy would write no rules for this IP family.'),
} as const satisfies CodeTable;
