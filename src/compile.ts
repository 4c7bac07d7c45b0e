import { type ModeName, MODES } from './modes/modes.ts';
import { type PrintOptions } from './modes/mode.ts';
import { loadManifests, type ManifestOptions, type Manifests } from './pipeline/manifests.ts';
import { warnOfRemovedApis } from './pipeline/removed-apis.ts';
import { type ClusterRequest, pipeline, type ProxyRequest, type Stages } from './pipeline/pipeline.ts';
import { hasErrors, type Outcome, type Diagnostic } from './diagnostics/diagnostic.ts';
import { type IpFamily } from './text/ip.ts';
import { type Source } from './text/source.ts';

export interface CompileRequest extends ManifestOptions, ProxyRequest {
  readonly sources: readonly Source[];
  readonly cluster: ClusterRequest;
  /** Told of each phase before it begins. */
  readonly onStep?: ((what: string) => void) | undefined;
}

/** Every stage between manifests and what a node holds. */
export interface Compilation<Name extends ModeName = ModeName> extends Stages<Name> {
  readonly manifests: Manifests;
}

/**
 * Manifests to what one node holds: load, resolve the settings, build the cluster, resolve kube-proxy's state, build
 * the model of its mode. Undefined when something is wrong, with everything that is.
 */
export function compile(request: CompileRequest): Outcome<Compilation | undefined> {
  request.onStep?.('reading manifests');
  return compileManifests(loadManifests(request.sources, request), request);
}

/** Compiles for each family in turn. Returns what compiled, and all problems. */
export function compileEachFamily(
  families: readonly IpFamily[],
  requestOf: (ipFamily: IpFamily) => Outcome<CompileRequest | undefined>,
): Outcome<readonly Compilation[]> {
  const value: Compilation[] = [];
  const problems: Diagnostic[] = [];
  for (const ipFamily of families) {
    const request = requestOf(ipFamily);
    const compiled = request.value === undefined ? undefined : compile(request.value);
    for (const problem of request.problems) problems.push(problem);
    for (const problem of compiled?.problems ?? []) problems.push(problem);
    if (compiled?.value !== undefined) value.push(compiled.value);
  }
  return { value, problems };
}

/** The same for manifests that were read before, so that many nodes need to read them once. */
export function compileManifests(
  manifests: Outcome<Manifests>,
  request: Omit<CompileRequest, 'sources'>,
): Outcome<Compilation | undefined> {
  const { resolve, build } = pipeline({ ...request, manifests: manifests.value });
  const proxy = resolve(request);
  const problems: Diagnostic[] = [];
  const keep = (more: readonly Diagnostic[]): void => {
    for (const problem of more) problems.push(problem);
  };
  keep(manifests.problems);
  keep(proxy.problems);
  if (proxy.value === undefined || hasErrors(problems)) return { value: undefined, problems };
  keep(warnOfRemovedApis(manifests.value.seen, request.version));

  const built = build(proxy.value.mode, proxy.value);
  keep(built.problems);
  return { value: built.value && { ...built.value, manifests: manifests.value }, problems };
}

/** What was compiled as text, in a form of its mode. */
export const printCompilation = <Name extends ModeName>(
  { mode, model }: Pick<Compilation<Name>, 'mode' | 'model'>,
  options: PrintOptions = {},
): string => MODES[mode].print(model, options);

/** Whether a compilation is of the mode, so that its model can be looked into. */
export function isOfMode<Name extends ModeName>(
  compilation: Compilation,
  mode: Name,
): compilation is Compilation<Name> {
  const wanted: string = mode;
  return compilation.mode === wanted;
}
