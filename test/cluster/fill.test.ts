import { expect, it, vi } from 'vitest';
import { fill, type Missing } from '../../src/cluster/fill.ts';
import { nodePortPool } from '../../src/cluster/pools.ts';

it('looks for the place of a stand-in only when it is asked for, and once', () => {
  const place = { file: 'web.yaml', line: 3, column: 5 };
  const locate = vi.fn(() => place);
  const missing: Missing = {
    key: 'default/web 80',
    locate,
    subject: { kind: 'Service', namespace: 'default', name: 'web' },
    path: ['spec', 'ports', 0, 'nodePort'],
    what: 'no node port is set for port 80',
  };
  const { standIns } = fill([missing], {
    pool: nodePortPool({ from: 30_000, to: 30_000 }),
    poolName: '--service-node-port-range 30000-30000',
    known: () => ({ pinned: new Map(), conventional: new Map(), set: new Set() }),
    requireAssigned: false,
  });
  expect(locate).not.toHaveBeenCalled();
  expect([standIns[0]?.place, standIns[0]?.place]).toEqual([place, place]);
  expect(locate.mock.calls).toEqual([[missing.path]]);
});
