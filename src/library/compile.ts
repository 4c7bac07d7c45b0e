import { type Assignments } from '../cluster/assignments.ts';
import { compile as compileRequest, printCompilation } from '../compile.ts';
import { type Diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type PrintOptions } from '../modes/mode.ts';
import { type ModelOf, type ModeName } from '../modes/modes.ts';
import { completeRequest, type NodeOptions } from './node.ts';

/** What a node holds for some manifests. `Compiled` is a union: `mode` tells which model it is. */
export type Compiled = { readonly [Name in ModeName]: CompiledMode<Name> }[ModeName];

/** The same for one proxy mode. */
export interface CompiledMode<Name extends ModeName> {
  readonly mode: Name;
  /** The rules, to look into. {@link printCompiled} writes them. */
  readonly model: ModelOf<Name>;
  /**
   * Every address and port that the Services have, those given and those drawn. Give them to the next run to keep them.
   */
  readonly assignments: Assignments;
  /** What was drawn in place of a cluster, a warning each. */
  readonly standIns: readonly Diagnostic[];
}

/**
 * Compiles manifests to what kube-proxy writes on one node. Returns undefined when something is wrong; `problems` tells
 * everything that is, and warnings. Throws for nothing that the manifests hold.
 */
export function compile(options: NodeOptions): Outcome<Compiled | undefined> {
  const request = completeRequest(options);
  if (request.value === undefined) return { value: undefined, problems: request.problems };
  const { value, problems } = compileRequest(request.value);
  if (value === undefined) return { value, problems };
  const { mode, model, cluster } = value;
  // The model is that of the mode: TypeScript does not follow the two through a union of modes.
  const compiled = {
    mode,
    model,
    assignments: cluster.assignments,
    standIns: cluster.standIns,
  } as Compiled;
  return { value: compiled, problems };
}

/** Writes what was compiled in a form of its mode; absent: as the kernel's own tool prints it. */
export const printCompiled = (compiled: Compiled, options: PrintOptions = {}): string =>
  printCompilation(compiled, options);
