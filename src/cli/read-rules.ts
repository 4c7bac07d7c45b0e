/** Reads the rules that commands examine: dumps of nodes, and the rules that manifests compile to. */
import { type Compilation, compileEachFamily } from '../compile.ts';
import { summarizeStandIns } from '../cluster/summarize-stand-ins.ts';
import { collector } from '../diagnostics/collector.ts';
import { hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Version } from '../dialect/version.ts';
import { type ModeName } from '../modes/modes.ts';
import { type IpFamily } from '../text/ip.ts';
import { type NodeRules, readNodeOutputs } from '../trace/node-rules.ts';
import { pinnedAssignments } from './assignments-file.ts';
import { type Io } from './io.ts';
import { readDumpSources } from './node-dump.ts';
import {
  clusterOptions,
  clusterRanges,
  type ManifestFlags,
  type ProxyFlags,
  type StandInFlags,
} from './options.ts';
import { readInputs, readSource } from './read-inputs.ts';
import { kubeProxyFlags } from './setting-options.ts';

/** The flags that say which rules to examine. */
export interface RuleFlags extends ManifestFlags, ProxyFlags, StandInFlags {
  readonly exclude?: readonly string[];
  readonly kubeProxyVersion: Version;
  readonly live?: readonly string[];
}

/**
 * Reads the dumps of nodes in any mode, for commands that follow packets. Returns nftables rules once for
 * each family. Output of `ipset save` among the dumps tells what is in the sets that rules look up.
 */
export async function readLiveRules(
  { live = [], ipFamily }: Pick<RuleFlags, 'live' | 'ipFamily'>,
  io: Io,
): Promise<Outcome<readonly NodeRules[]>> {
  const { keep, problems } = collector();
  const sources = keep(await readDumpSources(live, io));
  if (hasErrors(problems)) return { value: [], problems };
  return { value: keep(readNodeOutputs(sources, ipFamily)), problems };
}

/** Compiles the manifests of `-f` for each of the families, in the mode of these that the settings choose. */
export async function compileInAnyMode(
  flags: RuleFlags,
  supportedModes: readonly ModeName[],
  families: readonly IpFamily[],
  onStep: (what: string) => void,
  io: Io,
): Promise<Outcome<readonly Compilation[]>> {
  const { keep, tell, problems } = collector();
  const sources = keep(await readInputs(flags, io));
  const config = flags.config === undefined ? undefined : keep(await readSource(flags.config, io));
  const assignments = keep(await pinnedAssignments(flags, io));
  const compiled = compileEachFamily(families, (ipFamily) => ({
    value: {
      supportedModes,
      sources,
      strict: flags.strict === true,
      ranges: clusterRanges(flags),
      version: flags.kubeProxyVersion,
      ipFamily,
      flags: kubeProxyFlags({ ...flags }),
      config,
      cluster: { ...clusterOptions(flags), assignments },
      onStep,
    },
    problems: [],
  }));
  const compilations = keep(compiled);
  // Beside a dump, manifests only give names.
  if (flags.live === undefined) {
    const [first] = compilations;
    for (const standIn of summarizeStandIns(first?.cluster.standIns ?? [])) tell(standIn);
  }
  return { value: compilations, problems };
}
