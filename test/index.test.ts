import { expect, it } from 'vitest';
import * as svc2ipt from '../src/index.ts';
import { compileCase, oracleRequest } from './helpers/oracle.ts';

it('serves as a library, too', () => {
  const { value, problems } = svc2ipt.compile(oracleRequest('14-loadbalancer', '1.36', 'IPv4'));
  expect(problems).toEqual([]);
  expect(value && svc2ipt.printSave(value.ruleSet)).toBe(compileCase('14-loadbalancer', '1.36'));
});
