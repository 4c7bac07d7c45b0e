import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** Runs programs in a network namespace of its own, where nothing can reach the rules of the machine. */
export interface Namespace {
  /** Standard output of the program, which must succeed. */
  readonly run: (program: string, options?: readonly string[], input?: string) => string;
}

/** The counters that kube-proxy makes before it writes rules that name them. */
export const NFACCT_COUNTERS = ['ct_state_invalid_dropped_pkts', 'localhost_nps_accepted_pkts'] as const;

const MOST_OUTPUT = 256 * 1024 * 1024;

const execute = (program: string, options: readonly string[], input = ''): string =>
  execFileSync(program, options, { input, encoding: 'utf8', maxBuffer: MOST_OUTPUT, stdio: 'pipe' });

/** Calls `body` with a fresh namespace that has kube-proxy's nfacct counters, and removes it afterwards. */
export function withNamespace<T>(body: (namespace: Namespace) => T): T {
  const name = `svc2ipt-${randomBytes(6).toString('hex')}`;
  execute('ip', ['netns', 'add', name]);
  const run: Namespace['run'] = (program, options = [], input = '') =>
    execute('ip', ['netns', 'exec', name, program, ...options], input);
  try {
    for (const counter of NFACCT_COUNTERS) run('nfacct', ['add', counter]);
    return body({ run });
  } finally {
    execute('ip', ['netns', 'delete', name]);
  }
}

/**
 * What this machine lacks for kernel tests: root, `ip netns`, iptables of both variants, nft, nfacct, conntrack or perl.
 * Undefined when nothing is. Says so aloud, for a skipped test proves nothing; with SVC2IPT_KERNEL=required it throws
 * instead.
 */
export function whyNoKernel(): string | undefined {
  try {
    withNamespace(({ run }) => {
      for (const save of [
        'iptables-legacy-save',
        'iptables-nft-save',
        'ip6tables-legacy-save',
        'ip6tables-nft-save',
      ]) {
        run(save);
      }
      run('nft', ['list', 'ruleset']);
      run('conntrack', ['--version']);
      run('perl', ['-e', '']);
    });
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (process.env['SVC2IPT_KERNEL'] === 'required') throw error;
    process.stderr.write(
      `\nKERNEL TESTS SKIPPED: they need root, iproute2, iptables, nftables, nfacct, conntrack and perl. ${reason}\n`,
    );
    return reason;
  }
}
