import { type ModeName, MODES } from './modes/modes.ts';
import { type PrintOptions } from './modes/mode.ts';
import { loadManifests, type ManifestOptions, type Manifests } from './pipeline/manifests.ts';
import { warnOfRemovedApis } from './pipeline/removed-apis.ts';
import { type ClusterRequest, pipeline, type ProxyRequest, type Stages } from './pipeline/pipeline.ts';
import { collector } from './diagnostics/collector.ts';
import { hasErrors, type Outcome } from './diagnostics/diagnostic.ts';
import { type IpFamily } from './text/ip.ts';
import { joinPieces } from './text/pieces.ts';
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
  const { keep, problems } = collector();
  for (const ipFamily of families) {
    const request = keep(requestOf(ipFamily));
    const compiled = request && keep(compile(request));
    if (compiled !== undefined) value.push(compiled);
  }
  return { value, problems };
}

/** The same for manifests that were read before, so that many nodes need to read them once. */
export function compileManifests(
  manifests: Outcome<Manifests>,
  request: Omit<CompileRequest, 'sources'>,
): Outcome<Compilation | undefined> {
  const { resolve, build } = pipeline({ ...request, manifests: manifests.value });
  const { keep, problems, tell } = collector();
  const { seen } = keep(manifests);
  const proxy = keep(resolve(request));
  if (proxy === undefined || hasErrors(problems)) return { value: undefined, problems };
  for (const warning of warnOfRemovedApis(seen, request.version)) tell(warning);

  const built = keep(build(proxy.mode, proxy));
  return { value: built && { ...built, manifests: manifests.value }, problems };
}

/** What was compiled as text, in a form of its mode, and in pieces: that of a large cluster is best written so. */
export const compilationPieces = <Name extends ModeName>(
  { mode, model }: Pick<Compilation<Name>, 'mode' | 'model'>,
  options: PrintOptions,
): Iterable<string> => MODES[mode].building().print(model, options);

/** The same as one text. */
export const printCompilation = <Name extends ModeName>(
  compilation: Pick<Compilation<Name>, 'mode' | 'model'>,
  options: PrintOptions = {},
): string => joinPieces(compilationPieces(compilation, options));

/** Whether a compilation is of the mode, so that its model can be looked into. */
export function isOfMode<Name extends ModeName>(
  compilation: Compilation,
  mode: Name,
): compilation is Compilation<Name> {
  const wanted: string = mode;
  return compilation.mode === wanted;
}
