import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type ConfigFacts } from '../dialect/config-history.ts';
import { type PortRange } from '../proxy/settings.ts';
import { refused, type Setting } from './setting.ts';

/** The ports that Linux gives to those who ask for any. (net.ipv4.ip_local_port_range) */
const ANY_PORT: PortRange = { from: 32768, to: 60999 };

/**
 * Checks `portRange`, in the words of kube-proxy. Up to 1.30 it refuses a bad one in every mode, though only mode
 * userspace uses it. (Validate, pkg/proxy/apis/config/validation)
 */
export function checkPortRange(
  given: Setting<string> | undefined,
  { checksPortRange }: ConfigFacts,
): readonly Diagnostic[] {
  if (!checksPortRange || given === undefined || readPortRange(given.value) !== undefined) return [];
  const quoted = JSON.stringify(given.value);
  return [refused(given.origin, `Invalid value: ${quoted}: must be a valid port range (e.g. 300-2000)`)];
}

/** Returns the ports of a setting that {@link checkPortRange} let pass; any port without one. */
export const portRangeOf = (given: Setting<string> | undefined): PortRange =>
  readPortRange(given?.value ?? '') ?? ANY_PORT;

/** `300-2000`, `300+1700` or one port; nothing and `0-0` mean any port. (ParsePortRange, apimachinery pkg/util/net) */
function readPortRange(text: string): PortRange | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return ANY_PORT;
  const match = /^(\d{1,5})(?:([-+])(\d{1,5}))?$/.exec(trimmed);
  if (match === null) return undefined;
  const [, low = '', sign, high = low] = match;
  const from = Number(low);
  const to = sign === '+' ? from + Number(high) : Number(high);
  if (from === 0 && to === 0) return ANY_PORT;
  return from <= to && to <= 65535 ? { from, to } : undefined;
}
