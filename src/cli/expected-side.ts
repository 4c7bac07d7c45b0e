import { hostname } from 'node:os';
import { diffLoaded, type Diff } from '../diff.ts';
import { type Version } from '../dialect/version.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { type CompareOptions } from '../modes/mode.ts';
import { type ModeName } from '../modes/modes.ts';
import { loadManifests, type Manifests } from '../pipeline/manifests.ts';
import { pinnedAssignments } from './assignments-file.ts';
import { type Io } from './io.ts';
import { type DumpIn } from './node-dump.ts';
import {
  clusterOptions,
  givenRanges,
  type ManifestFlags,
  type ProxyFlags,
  type StandInFlags,
} from './options.ts';
import { type Progress } from './progress.ts';
import { type InputFlags, readInputs, readSource } from './read-inputs.ts';
import { kubeProxyFlags } from './setting-options.ts';

/** The flags of `svc2ipt diff` that say what nodes should hold. */
export interface ExpectedFlags extends ManifestFlags, ProxyFlags, StandInFlags {
  readonly excludeFile?: readonly string[];
  readonly kubeProxyVersion: Version | 'auto';
  readonly live?: string;
  readonly table?: readonly string[];
  readonly part?: readonly string[];
  readonly readCluster?: InputFlags['readCluster'];
}

/** Compares a node's dump. `nodeName` names the node; absent: the flags and the manifests tell. */
export type CompareNode = <Name extends ModeName>(
  live: DumpIn<Name>,
  nodeName?: string,
) => Outcome<Diff<Name> | undefined>;

/** What is compared, and how strictly. */
export const compareFlags = ({
  table,
  part = table,
  strict,
}: Pick<ExpectedFlags, 'table' | 'part' | 'strict'>): CompareOptions => ({
  parts: part,
  strict: strict === true,
});

/** Reads what nodes should hold, once. Returns a function that compares it with a node. */
export async function readExpected(flags: ExpectedFlags, progress: Progress, io: Io): Promise<CompareNode> {
  const inputs = await readInputs({ ...flags, exclude: flags.excludeFile ?? [] }, io);
  const config = flags.config === undefined ? undefined : await readSource(flags.config, io);
  const pinned = await pinnedAssignments(flags, io);
  const read = [...inputs.problems, ...(config?.problems ?? []), ...pinned.problems];
  const request = {
    strict: flags.strict === true,
    version: flags.kubeProxyVersion,
    config: config?.value,
    ranges: givenRanges(flags),
    cluster: { ...clusterOptions(flags), assignments: pinned.value },
    compare: compareFlags(flags),
    // Without --live this is the node itself.
    hostName: flags.live === undefined ? hostname() : undefined,
    onStep: progress.step,
  };
  let manifests: Outcome<Manifests> | undefined;
  return ({ mode, dump }, nodeName) => {
    progress.step('reading manifests');
    manifests ??= loadManifests(inputs.value, request);
    const own = nodeName === undefined ? {} : { nodeName };
    const result = diffLoaded(manifests, {
      ...request,
      mode,
      dump,
      flags: kubeProxyFlags({ ...flags, ...own }),
    });
    return { value: result.value, problems: [...read, ...result.problems] };
  };
}
