/**
 * What changed in the rules of mode userspace, which releases up to 1.25 have. Nothing of it was captured: it was read
 * from pkg/proxy/userspace/proxier.go of several releases and from pull requests, and compared with what people showed
 * of their nodes.
 */
import { OLDEST } from '../version.ts';
import { rows } from '../rows.ts';

export const USERSPACE_HISTORY = {
  /** Whether a chain in table filter lets packets through to the proxy's ports, and how its rules are commented. */
  userspaceFilter: rows<'none' | 'comment-twice' | 'comment-once'>(
    { since: OLDEST, value: 'none' },
    {
      since: '1.2',
      value: 'comment-twice',
      change: 'KUBE-NODEPORT-NON-LOCAL in table filter accepts traffic to node ports',
      source: 'kubernetes#18804',
    },
    {
      since: '1.11',
      value: 'comment-once',
      change: 'rules of KUBE-NODEPORT-NON-LOCAL carry their comment once, no longer twice',
      source: 'kubernetes#62534',
    },
  ),
} as const;
