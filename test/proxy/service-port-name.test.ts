import { expect, it } from 'vitest';
import { servicePortName } from '../../src/proxy/service-port-name.ts';

it('a port without a name keeps its colon only where the release has it', () => {
  expect(servicePortName('ns', 'svc', '', true)).toBe('ns/svc:');
  expect(servicePortName('ns', 'svc', '', false)).toBe('ns/svc');
  expect(servicePortName('ns', 'svc', 'http', false)).toBe('ns/svc:http');
});
