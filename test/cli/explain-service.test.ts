import { expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const ARGS = ['compile', '-f', '-', '-v', '--pod-cidr', '10.244.0.0/16', '-t', 'mangle'];

/** What `-v` says of the only Service of the input, `a`. */
async function line(spec: string, more = ''): Promise<readonly string[]> {
  const stdin = `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {${spec}}\n${more}`;
  const { code, stderr } = await run([...ARGS], { stdin });
  expect(code, stderr).toBe(0);
  return stderr.split('\n').filter((one) => one.startsWith('Service '));
}

const POD = `---
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: a}}
spec: {containers: [{name: c, image: x}]}
`;

it.each([
  [
    'type: ExternalName, externalName: example.com',
    'no rules, as ExternalName is an alias in DNS, which kube-proxy leaves alone',
  ],
  [
    'clusterIP: None, selector: {app: a}, ports: [{port: 80}]',
    'no rules, as it is headless: clients look its pods up in DNS and connect to them directly',
  ],
  ['clusterIP: 10.96.0.1, selector: {app: a}, ports: [{port: 80}]', 'endpoints from workloads'],
  [
    'clusterIP: 10.96.0.1, ports: [{port: 80}]',
    'no endpoints, as it has no selector and the input no EndpointSlice or Endpoints of it',
  ],
  [
    'clusterIP: 10.96.0.1, selector: {app: b}, ports: [{port: 80}]',
    'no endpoints, as its selector selects no Pod or workload of the input',
  ],
])('compile -v says of a Service with %s: %s', async (spec, expected) => {
  expect(await line(spec, POD)).toEqual([`Service default/a: ${expected}`]);
});
