/** Manifests that a real cluster held: they are told of only what they were made to show. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

const ORACLE = join(import.meta.dirname, '../../fixtures/oracle');

/** What the cases are about that show something; the cases on settings (47 to 60) share a Service with external IPs. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  '13-nodeport-local-without-local-endpoint': ['external-policy-local-without-local-endpoint'],
  '18-loadbalancer-local-without-local': ['external-policy-local-without-local-endpoint'],
  '23-loadbalancer-source-ranges-annotation': ['ignored-field'],
  '26-external-ips': ['deprecated-field'],
  '27-external-ips-local-without-local': ['deprecated-field', 'external-policy-local-without-local-endpoint'],
  '28-external-ips-no-endpoints': ['deprecated-field'],
  '32-internal-policy-local-without-local': ['internal-policy-local-without-local-endpoint'],
  '39-topology-hints': ['deprecated-field'],
  '40-topology-hints-incomplete': ['deprecated-field'],
  '41-traffic-distribution-prefer-close': ['deprecated-field'],
  '46-endpoints-without-node-name': ['external-policy-local-without-local-endpoint'],
};

const cases = readdirSync(ORACLE).filter((name) => /^\d\d-/.test(name));

it.each(cases)('%s', (name) => {
  const text = readFileSync(join(ORACLE, name, 'manifests.yaml'), 'utf8');
  const { value, problems } = lint([{ name, text }], { strict: true });
  expect(problems).toEqual([]);
  const isOfSettings = /^(4[7-9]|5\d|60)-/.test(name);
  const codes = value.findings.map(({ code }) => code);
  expect(codes).toEqual(SHOWN[name] ?? (isOfSettings ? ['deprecated-field'] : []));
});

it('has cases', () => {
  expect(cases.length).toBeGreaterThan(60);
});
