import { type DiagnosticCode } from '../diagnostics/codes.ts';
import { type Diagnostic, diagnostic, type ObjectName } from '../diagnostics/diagnostic.ts';
import { formatPath, type JsonPath } from '../text/json-path.ts';
import { type Place } from '../text/source.ts';

/** A value and the place where the user gave it, so that a message can name the place. */
export interface Setting<T> {
  readonly value: T;
  readonly origin: Origin;
}

/** A field of the configuration file, or a flag. */
export interface Origin {
  /** The object; absent for flags. */
  readonly subject?: ObjectName;
  /** Keys from the configuration to the value, or the name of the flag. */
  readonly path: JsonPath;
  /** Where the value, or the part of it at `inner`, stands in the file. */
  readonly locate?: (inner: JsonPath) => Place;
}

export const CONFIGURATION_KIND = 'KubeProxyConfiguration';

/** The configuration, as messages name it. */
export const CONFIGURATION: ObjectName = { kind: CONFIGURATION_KIND, namespace: '', name: '' };

/** Returns a value with the flag that gave it. */
export const fromFlag = <T>(flag: string, value: T): Setting<T> => ({ value, origin: { path: [flag] } });

/** Returns the error for a setting that kube-proxy refuses, or for the part of its value at `inner`. */
export const refused = (origin: Origin, message: string, inner: JsonPath = []): Diagnostic =>
  complain(origin.locate === undefined ? 'flag-invalid' : 'config-invalid', origin, message, inner);

/** Returns another problem of a setting, or of the part of its value at `inner`. */
export function complain(
  code: DiagnosticCode,
  origin: Origin,
  message: string,
  inner: JsonPath = [],
): Diagnostic {
  return diagnostic(code, message, {
    place: origin.locate?.(inner),
    subject: origin.subject,
    path: pathText([...origin.path, ...inner]),
  });
}

/** Returns the path as text: `nodePortAddresses[0]`, or with the dashes of a flag: `--nodeport-addresses[0]`. */
function pathText([first, ...rest]: JsonPath): string {
  if (first === undefined) return '';
  if (typeof first !== 'string' || !first.startsWith('--')) return formatPath([first, ...rest]);
  return first + rest.map((step) => `[${step}]`).join('');
}
