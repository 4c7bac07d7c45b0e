import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Capture, captures, ORACLE } from '../helpers/oracle.ts';
import { diffCapture, told } from '../helpers/diff-oracle.ts';
import { printScript } from '../../src/netfilter/nftables/script.ts';
import { NEWEST_CAPTURED } from '../helpers/newest-captured.ts';
import { NFT_ORACLE } from '../helpers/nftables-listings.ts';
import { nftRuleset } from '../helpers/nftables-oracle.ts';
import { type Namespace, whyNoKernel, withNamespace } from './namespace.ts';

const CASE = join(ORACLE, '19-loadbalancer-source-ranges');
const SVC2IPT = join(import.meta.dirname, '../../bin/svc2ipt.js');
const ARGS = ['diff', '-f', join(CASE, 'manifests.yaml'), '--config', join(CASE, 'kube-proxy.yaml')];

/** svc2ipt itself, run inside the namespace without `--live`: it dumps the rules on its own. */
function diffLive(namespace: Namespace, args: readonly string[] = ARGS): string {
  const command = `'${process.execPath}' '${SVC2IPT}' ${args.map((arg) => `'${arg}'`).join(' ')}; echo "exit $?"`;
  return namespace.run('sh', ['-c', `NO_COLOR=1; export NO_COLOR; ${command}`]);
}

describe.skipIf(whyNoKernel() !== undefined)('svc2ipt diff on the node itself', () => {
  it('is silent, names the rule that somebody deleted, and is silent again', () => {
    const rules = readFileSync(join(CASE, 'expected', '1.31-1.36.iptables.save'), 'utf8');
    const portal = /^-A (KUBE-SERVICES -d \S+ -p tcp .*loadbalancer IP.*)$/m.exec(rules)?.[1] ?? '';
    withNamespace((namespace) => {
      namespace.run('iptables-restore', [], rules);
      expect(diffLive(namespace)).toMatch(
        /^1 Service equal; kube-proxy 1\.31-1\.\d+, iptables \S+ \(\w+\)\nexit 0\n$/,
      );

      const words = portal.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? [];
      namespace.run('iptables', ['-t', 'nat', '-D', ...words]);
      const told = diffLive(namespace);
      expect(told).toMatch(/^default\/lb: the rule for loadbalancer IP \S+ is missing in KUBE-SERVICES\n/);
      expect(told).toMatch(/exit 1\n$/);

      namespace.run('iptables', ['-t', 'nat', '-I', ...words]);
      expect(diffLive(namespace)).toMatch(/exit 0\n$/);
    });
  });
});

const NFT_CASE = join(NFT_ORACLE, '17-loadbalancer-local-with-local');
const NFT_ARGS = [
  ...['diff', '-f', join(NFT_CASE, 'manifests.yaml'), '--node-name', 'node-1'],
  ...['--config', join(NFT_CASE, 'kube-proxy.yaml')],
];

describe.skipIf(whyNoKernel() !== undefined)('svc2ipt diff on a node of mode nftables', () => {
  it('finds the mode, and names the element that somebody changed by nft', () => {
    const script = printScript(nftRuleset('17-loadbalancer-local-with-local', NEWEST_CAPTURED, 'IPv4'));
    withNamespace((namespace) => {
      const nft = (...command: readonly string[]): string => namespace.run('nft', [command.join(' ')]);
      namespace.run('nft', ['-f', '-'], `${OTHERS}${script}`);
      expect(diffLive(namespace, NFT_ARGS)).toMatch(/^1 Service equal; kube-proxy \S+, nftables\nexit 0\n$/);

      const [, element = '', port = '', chain = ''] =
        /service-nodeports \{ ((?:tcp|udp) \. (\d+) : goto (\S+)) \}/.exec(script) ?? [];
      nft('delete element ip kube-proxy service-nodeports {', element, '}');
      expect(diffLive(namespace, NFT_ARGS)).toMatch(
        new RegExp(
          `^default/\\S+: node port ${port} is missing in map service-nodeports\\n  - add element [^]*exit 1\\n$`,
        ),
      );

      nft('add element ip kube-proxy service-nodeports { tcp . 4000 : goto', chain, '}');
      expect(diffLive(namespace, NFT_ARGS)).toMatch(
        new RegExp(`^default/\\S+: node port 4000 stands in place of node port ${port} in map`),
      );

      nft('delete element ip kube-proxy service-nodeports { tcp . 4000 }');
      nft('add element ip kube-proxy service-nodeports {', element, '}');
      nft('add rule ip kube-proxy services counter drop');
      expect(diffLive(namespace, NFT_ARGS)).toMatch(
        /^node: the rule "drop" in services is not expected\n[^]*exit 1\n$/,
      );
    });
  });
});

/** A table of other software, with what svc2ipt does not know. */
const OTHERS = `table inet fw {
  set seen {
    type ipv4_addr
    flags dynamic,timeout
    timeout 1h
    counter
    elements = { 10.0.0.1 }
  }
  chain in {
    type filter hook input priority filter
    tcp dport { 22, 80-90 } counter accept
  }
}
`;

const FORMS = [
  ['-save', '-c'],
  ['', '-t', 'nat', '-S'],
  ['', '-t', 'nat', '-S', '-v'],
  ['', '-t', 'filter', '-S'],
  ['', '-t', 'nat', '-L', '-n', '-v'],
  ['', '-t', 'nat', '-L', '-n'],
  ['', '-t', 'filter', '-L', '-n', '-v', '-x', '--line-numbers'],
] as const;

const LOADED = ['19-loadbalancer-source-ranges', '30-session-affinity-loadbalancer-local', '60-dual-stack'];

const loaded = (program: string): readonly Capture[] =>
  captures(LOADED).filter(
    ({ ipFamily, version }) =>
      ['1.17', '1.24', '1.36'].includes(version) && (ipFamily === 'IPv6') === program.startsWith('ip6'),
  );

describe.skipIf(whyNoKernel() !== undefined)('whatever prints the rules of a correct node', () => {
  it.each(['iptables-legacy', 'iptables-nft', 'ip6tables-legacy', 'ip6tables-nft'])(
    '%s: no difference',
    (program) => {
      for (const capture of loaded(program)) {
        withNamespace(({ run }) => {
          run(`${program}-restore`, [], readFileSync(capture.file, 'utf8'));
          for (const [suffix, ...options] of FORMS) {
            const text = run(`${program}${suffix}`, options);
            const label = `${capture.case} ${capture.version} ${program}${suffix} ${options.join(' ')}`;
            expect(told(diffCapture(capture, text, 'given').comparison), label).toEqual([]);
          }
        });
      }
    },
  );
});
