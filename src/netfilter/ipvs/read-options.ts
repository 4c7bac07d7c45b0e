/** Sorts the words of a line that ipvsadm prints. */
import { type Forwarding, type Transport } from './model.ts';

/** What the options of one line say. */
export interface Options {
  readonly command: 'add-service' | 'add-server';
  readonly service: { readonly kind: Transport | 'mark'; readonly text: string } | undefined;
  readonly isIPv6: boolean;
  readonly scheduler: string | undefined;
  readonly persistence: string | undefined;
  readonly netmask: string | undefined;
  readonly schedulerFlags: string | undefined;
  readonly realServer: string | undefined;
  readonly forwarding: Forwarding | undefined;
  readonly weight: string | undefined;
  /** Words that kube-proxy never causes, as they stand. */
  readonly others: readonly string[];
}

type Draft = { -readonly [K in keyof Options]: Options[K] };

const COMMANDS: ReadonlyMap<string, Options['command']> = new Map([
  ['-A', 'add-service'],
  ['--add-service', 'add-service'],
  ['-a', 'add-server'],
  ['--add-server', 'add-server'],
]);

/** What an option does with the draft, and whether a value stands behind it. */
interface Option {
  readonly hasValue: boolean;
  readonly apply: (draft: Draft, value: string) => void;
}

const valued = (apply: Option['apply']): Option => ({ hasValue: true, apply });
const bare = (apply: (draft: Draft) => void): Option => ({ hasValue: false, apply });

const service = (kind: Transport | 'mark'): Option =>
  valued((draft, text) => {
    draft.service = { kind, text };
  });
const forwarding = (way: Forwarding): Option =>
  bare((draft) => {
    draft.forwarding = way;
  });
const kept = (name: string, hasValue: boolean): Option => ({
  hasValue,
  apply: (draft, value) => {
    draft.others = [...draft.others, name, ...(hasValue ? [value] : [])];
  },
});

const scheduler = valued((draft, value) => {
  draft.scheduler = value;
});
const persistence = valued((draft, value) => {
  draft.persistence = value;
});
const netmask = valued((draft, value) => {
  draft.netmask = value;
});
const schedulerFlags = valued((draft, value) => {
  draft.schedulerFlags = value;
});
const realServer = valued((draft, value) => {
  draft.realServer = value;
});
const weight = valued((draft, value) => {
  draft.weight = value;
});

const OPTIONS: ReadonlyMap<string, Option> = new Map([
  ['-t', service('tcp')],
  ['--tcp-service', service('tcp')],
  ['-u', service('udp')],
  ['--udp-service', service('udp')],
  ['--sctp-service', service('sctp')],
  ['-f', service('mark')],
  ['--fwmark-service', service('mark')],
  [
    '-6',
    bare((draft) => {
      draft.isIPv6 = true;
    }),
  ],
  ['-s', scheduler],
  ['--scheduler', scheduler],
  ['-p', persistence],
  ['--persistent', persistence],
  ['-M', netmask],
  ['--netmask', netmask],
  ['-b', schedulerFlags],
  ['--sched-flags', schedulerFlags],
  ['--pe', kept('--pe', true)],
  ['-o', kept('-o', false)],
  ['--ops', kept('-o', false)],
  ['-r', realServer],
  ['--real-server', realServer],
  ['-m', forwarding('masquerade')],
  ['--masquerading', forwarding('masquerade')],
  ['-i', forwarding('tunnel')],
  ['--ipip', forwarding('tunnel')],
  ['-g', forwarding('direct')],
  ['--gatewaying', forwarding('direct')],
  ['-w', weight],
  ['--weight', weight],
  ['-x', kept('-x', true)],
  ['-y', kept('-y', true)],
  ['--tun-type', kept('--tun-type', true)],
  ['--tun-port', kept('--tun-port', true)],
  ['--tun-nocsum', kept('--tun-nocsum', false)],
  ['--tun-csum', kept('--tun-csum', false)],
  ['--tun-remcsum', kept('--tun-remcsum', false)],
]);

/** Sorts the words of a line. Returns a text that says what is wrong when they are not from ipvsadm. */
export function readOptions([first = '', ...words]: readonly string[]): Options | string {
  const command = COMMANDS.get(first);
  if (command === undefined)
    return 'This is no line that ipvsadm -S prints: -A SERVICE ..., or -a SERVICE ...';
  const draft: Draft = { ...NOTHING, command };
  for (let at = 0; at < words.length; at += 1) {
    const name = words[at] ?? '';
    const option = OPTIONS.get(name);
    if (option === undefined) return `${name} is no option that ipvsadm prints.`;
    const value = option.hasValue ? words[at + 1] : '';
    if (value === undefined) return `${name} has no value.`;
    option.apply(draft, value);
    if (option.hasValue) at += 1;
  }
  return draft;
}

const NOTHING: Options = {
  command: 'add-service',
  service: undefined,
  isIPv6: false,
  scheduler: undefined,
  persistence: undefined,
  netmask: undefined,
  schedulerFlags: undefined,
  realServer: undefined,
  forwarding: undefined,
  weight: undefined,
  others: [],
};
