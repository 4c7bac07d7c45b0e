/** svc2ipt as a library: the phases from manifests to rules, and the spelling of rules. */
export { compile, loadManifests } from './compile.ts';
export type { Compilation, CompileRequest, ManifestOptions, Manifests, ProxyRequest } from './compile.ts';
export { DEFAULT_CLUSTER_OPTIONS } from './cluster/options.ts';
export type { ClusterOptions } from './cluster/options.ts';
export type { KubeProxyFlags } from './config/kube-proxy-flags.ts';
export { describeDialects } from './dialect/describe.ts';
export type { DialectDescription } from './dialect/describe.ts';
export { NEWEST, parseVersion, VERSIONS } from './dialect/version.ts';
export type { Version } from './dialect/version.ts';
export { parseDump } from './iptables/parse-dump.ts';
export type { Dump } from './iptables/dump.ts';
export { printDump } from './iptables/print-dump.ts';
export { printRestore, printSave } from './iptables/print.ts';
export type { Chain, Match, Rule, RuleSet, Table, Target } from './rules/model.ts';
export { formatProblem } from './text/problem.ts';
export type { Outcome, Problem } from './text/problem.ts';
export type { Source } from './text/source.ts';
