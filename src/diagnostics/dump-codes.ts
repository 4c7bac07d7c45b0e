import { type CodeTable, error, warning } from './code-text.ts';

/** What can be wrong with the rules of a node, and with reading them. */
export const DUMP_CODES = {
  'dump-unknown-form': error({
    meaning: 'The text is not what iptables-save, iptables -S or iptables -L prints.',
    example: '`svc2ipt canonical empty.save`, a file without a line',
    remedy: 'Take the dump with `sudo iptables-save > FILE`.',
  }),
  'dump-syntax': error({
    meaning: 'A line of the dump is not as the tools of a node print it.',
    example: '`svc2ipt canonical node.save`, with `-A INPUT -j` and no target',
    remedy: 'Take the dump again, without `2>&1`, and do not edit or wrap its lines.',
  }),
  'dump-structure': error({
    meaning: 'A line of the dump stands where iptables does not print it.',
    example: '`svc2ipt canonical node.save`, with `-A WEB -j ACCEPT` and no line that declares the chain',
    remedy: 'Take the dump again, and keep all of its lines.',
  }),
  'dump-truncated': error({
    meaning: 'The dump ends before it is complete.',
    example: '`svc2ipt canonical node.save`, with `*nat` and no COMMIT at the end',
    remedy: 'Take the dump again: `sudo iptables-save > FILE`.',
  }),
  'dump-incomplete': warning({
    meaning: 'The dump does not tell all of the rules.',
    example: '`svc2ipt canonical node.save`, with `*nat` twice',
    remedy: 'Take the dump with `iptables-save`, which prints whole tables and whole rules.',
  }),
  'dump-warning': warning({
    meaning: 'iptables warned when it printed the dump.',
    example: '`svc2ipt canonical node.save`, with `# Warning: iptables-legacy tables present`',
    remedy: 'Read the warning: often the tables of the other backend hold rules, too.',
  }),
  'node-unreadable': error({
    meaning: 'The rules of this node cannot be read.',
    example: '`svc2ipt diff -f web.yaml`, by a user who may not run `iptables-save`',
    remedy: 'Run it as root on the node, or take a dump there and name it with `--live FILE`.',
  }),
  'node-without-rules': warning({
    meaning: 'This node has no rules of kube-proxy.',
    example: '`svc2ipt diff -f web.yaml`, where `iptables-save` prints no chain of kube-proxy',
    remedy: 'See whether kube-proxy runs on this machine, and in which mode.',
  }),
  'node-two-backends': warning({
    meaning: 'The rules of kube-proxy are not only in the tables that iptables-save prints.',
    example:
      '`svc2ipt diff -f web.yaml`, where `iptables-save` and `iptables-legacy-save` both print chains of kube-proxy',
    remedy: 'Remove what an earlier kube-proxy left in the backend that is no longer used, or reboot.',
  }),
  'node-unnamed': warning({
    meaning: 'The input has several Nodes, and nothing tells which one the dump is from.',
    example: '`svc2ipt diff -f cluster.yaml --live node.save`, with two objects of `kind: Node`',
    remedy: 'Name the node that the dump is from: `--node-name NAME`.',
  }),
  'input-without-endpoints': warning({
    meaning: 'The input has Services, and nothing that tells where their endpoints are.',
    example: '`svc2ipt diff -f web.yaml --live node.save`, with `kind: Service` and no EndpointSlice',
    remedy: 'Take `kubectl get nodes,services,endpointslices -A -o json` for input.',
  }),
  'node-other-mode': error({
    meaning: 'kube-proxy runs on the node in a mode whose rules svc2ipt does not know.',
    example: '`svc2ipt diff -f web.yaml --live node.save`, with `-m set --match-set` as in mode ipvs',
    remedy: 'Take the dump on a node whose kube-proxy runs in mode iptables.',
  }),
} as const satisfies CodeTable;
