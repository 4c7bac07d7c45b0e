/**
 * Which proxy modes kube-proxy starts in, and which one when nobody names any. Rows stand oldest first.
 *
 * Sources: cmd/kube-proxy/app/server*.go and pkg/proxy/apis/config/validation at the release named, or a pull request.
 */
import { gateAt } from './feature-gates.ts';
import { type Row, rowAt, rows } from './rows.ts';
import { releaseBefore, type Version } from './version.ts';

/** A mode, and the feature gate that it needs, if any. */
interface ModeRow {
  readonly name: string;
  readonly gate?: string;
}

const USERSPACE: ModeRow = { name: 'userspace' };
const IPTABLES: ModeRow = { name: 'iptables' };
const IPVS: ModeRow = { name: 'ipvs' };
const NFTABLES: ModeRow = { name: 'nftables', gate: 'NFTablesProxyMode' };

const MODES = rows<readonly ModeRow[]>(
  { since: '1.1', value: [USERSPACE, IPTABLES] },
  { since: '1.8', value: [USERSPACE, IPTABLES, { ...IPVS, gate: 'SupportIPVSProxyMode' }] },
  // The gate stays known up to 1.19 and decides nothing any more. (getProxyMode, cmd/kube-proxy/app/server_others.go)
  { since: '1.11', value: [USERSPACE, IPTABLES, IPVS] },
  { since: '1.26', value: [IPTABLES, IPVS] },
  { since: '1.29', value: [IPTABLES, IPVS, NFTABLES] },
  { since: '1.37', value: [IPTABLES, { ...IPVS, gate: 'KubeProxyIPVS' }, NFTABLES] },
);

/** What a program makes of a mode that nobody names. */
export const MODE_DEFAULTS = {
  /** The default of kube-proxy itself on Linux. */
  'kube-proxy': rows(
    { since: '1.1', value: 'userspace' },
    {
      since: '1.2',
      value: 'iptables',
      change: 'mode iptables is the default of kube-proxy, no longer userspace',
      source: 'getProxyMode, cmd/kube-proxy/app/server.go, v1.2.7',
    },
  ),

  /** What kubeadm writes into a configuration that names no mode. */
  kubeadm: rows<'' | 'iptables'>(
    { since: '1.1', value: '' },
    {
      since: '1.37',
      value: 'iptables',
      change:
        'kubeadm sets mode iptables where a configuration names none: the default is to become nftables, in 1.40',
      source: 'kubernetes#139777, kubernetes#139957, KEP-5343',
    },
  ),
} as const satisfies Readonly<Record<string, readonly Row<string>[]>>;

/** A mode of one release. */
export interface KnownMode {
  readonly name: string;
  /** Kube-proxy takes it when nobody names a mode. */
  readonly isDefault: boolean;
  /** Only with this feature gate. */
  readonly gate?: string;
  /** Present with a gate: whether that is on when nobody sets it. */
  readonly onByDefault?: boolean;
}

/** The modes that kube-proxy of a release starts in on Linux. */
export function modesAt(version: Version): readonly KnownMode[] {
  const standard = rowAt<string>(MODE_DEFAULTS['kube-proxy'], version).value;
  return rowAt(MODES, version).value.map(({ name, gate }) => {
    const state = gate === undefined ? undefined : gateAt(gate, version);
    const mode = { name, isDefault: name === standard };
    // A locked gate decides nothing.
    if (gate === undefined || state === undefined || state.locked) return mode;
    return { ...mode, gate, onByDefault: state.onByDefault };
  });
}

/** What a release changed about modes. */
export interface ModeChange {
  /** The mode that it is about; absent: more than one. */
  readonly mode?: string;
  readonly change: string;
  readonly source?: string;
}

/** What a release changed about the modes that there are, and about defaults. The oldest changed nothing. */
export function modeChangesAt(version: Version): readonly ModeChange[] {
  const before = releaseBefore(version);
  if (before === undefined) return [];
  const [old, now] = [modesAt(before), modesAt(version)];
  const gone = old.filter(({ name }) => now.every((mode) => mode.name !== name));
  return [
    ...gone.map(({ name }) => ({ mode: name, change: `mode ${name} is gone` })),
    ...now.flatMap((mode) =>
      changeOf(
        mode,
        old.find(({ name }) => name === mode.name),
      ),
    ),
    ...Object.values(MODE_DEFAULTS).flatMap((history) => defaultChange(history, version)),
  ];
}

function changeOf(mode: KnownMode, before: KnownMode | undefined): readonly ModeChange[] {
  const { name, gate, onByDefault } = mode;
  const stands = onByDefault === true ? 'on' : 'off';
  const withGate = gate === undefined ? '' : ` with feature gate ${gate}, ${stands} by default`;
  const told = (change: string): readonly ModeChange[] => [
    { mode: name, change, source: 'pkg/proxy/apis/config/validation, pkg/features/kube_features.go' },
  ];
  if (before === undefined) return told(`mode ${name} is new${withGate === '' ? '' : `,${withGate}`}`);
  if (gate !== before.gate)
    return told(gate === undefined ? `mode ${name} needs no gate` : `mode ${name} works${withGate}`);
  return onByDefault === before.onByDefault ? [] : told(`feature gate ${gate ?? ''} is ${stands} by default`);
}

function defaultChange(history: readonly Row<string>[], version: Version): readonly ModeChange[] {
  const { since, change, source } = rowAt(history, version);
  return since !== version || change === undefined
    ? []
    : [{ change, ...(source !== undefined && { source }) }];
}
