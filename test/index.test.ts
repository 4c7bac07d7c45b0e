import { expect, it } from 'vitest';
import * as svc2ipt from '../src/index.ts';
import { compileCase, oracleRequest } from './helpers/oracle.ts';

it('serves as a library, too', () => {
  const { value, problems } = svc2ipt.compile(oracleRequest('14-loadbalancer', '1.36', 'IPv4'));
  expect(problems).toEqual([]);
  expect(value && svc2ipt.printCompilation(value)).toBe(compileCase('14-loadbalancer', '1.36'));
});

it('compares dumps as a library, too', () => {
  const golden = dumpOf(compileCase('14-loadbalancer', '1.36'));
  const broken = dumpOf(compileCase('14-loadbalancer', '1.36').replace(/^-A KUBE-SEP-.* -j DNAT .*\n/m, ''));
  const differences = (live: svc2ipt.Dump): readonly unknown[] =>
    svc2ipt.diffDumps('iptables', golden, live, { strict: false }).comparison.differences;
  expect(differences(golden)).toEqual([]);
  expect(differences(broken)).toHaveLength(1);
});

function dumpOf(text: string): svc2ipt.Dump {
  const { value } = svc2ipt.parseDump({ name: 'dump', text }, 'IPv4');
  if (value === undefined) throw new Error('the dump is refused');
  return value;
}
