import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/config/resolve-settings.ts';
import { CAPTURED } from '../../src/dialect/captures.ts';
import { type Version, VERSIONS } from '../../src/dialect/version.ts';
import { readManifest } from '../../src/manifest/read-manifest.ts';
import { type Resource } from '../../src/manifest/resource.ts';
import { type Node } from '../../src/manifest/types.ts';
import { type Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { node } from './settings.ts';

interface ManifestNode {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly podCIDRs?: readonly string[] };
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] };
}

const folder = new URL('../../fixtures/oracle/', import.meta.url);
const cases = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/kube-proxy.yaml`, folder)));
const textOf = (path: string): string => readFileSync(new URL(path, folder), 'utf8');

function nodesOf(name: string) {
  const objects = readManifest({ name: 'manifests.yaml', text: textOf(`${name}/manifests.yaml`) }).value;
  return objects
    .map((object) => object.value as ManifestNode)
    .filter(({ kind }) => kind === 'Node')
    .map(({ metadata, spec, status }) =>
      node({
        name: metadata.name,
        labels: metadata.labels ?? {},
        podCIDRs: spec.podCIDRs ?? [],
        internal: status.addresses.map(({ address }) => address),
      }),
    );
}

/** What kube-proxy said, without the words of its logger and without the Go name of the field. */
function coreWords(said: string): string {
  const logged = /^"command failed" err=(".*")$/s.exec(said)?.[1];
  const plain = logged === undefined ? said : (JSON.parse(logged) as string);
  return plain.replace(/^failed validate: KubeProxyConfiguration\.[A-Za-z]+(\[\d+\])?: /, '');
}

function errorsFor(name: string, nodes: readonly Resource<Node>[], version: Version): readonly Diagnostic[] {
  const config = { name: 'kube-proxy.yaml', text: textOf(`${name}/kube-proxy.yaml`) };
  const flags = {
    hostnameOverride: 'node-1',
    nodeAddresses: ['192.168.0.2', '10.1.0.2', 'fd00:192::2'],
  };
  const outcome = resolveSettings({ config, flags, version, ipFamily: 'IPv4', nodes });
  const errors = outcome.problems.filter(({ severity }) => severity === 'error');
  expect(outcome.value === undefined).toBe(errors.length > 0);
  return errors;
}

describe('what real kube-proxy refused, and only that, is refused in its words', () => {
  const captured = VERSIONS.filter((version) => CAPTURED[version] !== undefined);
  it.each(cases)('%s', (name) => {
    const path = `${name}/expected/refused.json`;
    const refused = existsSync(new URL(path, folder))
      ? (JSON.parse(textOf(path)) as Readonly<Record<string, string>>)
      : {};
    const nodes = nodesOf(name);
    for (const version of captured) {
      const said = refused[version];
      const errors = errorsFor(name, nodes, version).map(({ message }) => message);
      if (said === undefined) expect(errors, version).toEqual([]);
      else {
        expect(errors, version).toHaveLength(1);
        expect(errors[0]?.replace(/ \(kube-proxy 1\.\d+; .* from 1\.\d+ on.*\)$/, ''), version).toBe(
          coreWords(said),
        );
      }
    }
  });

  it('finds refusals in six cases', () => {
    const refusing = cases.filter((name) => existsSync(new URL(`${name}/expected/refused.json`, folder)));
    expect(refusing).toHaveLength(6);
  });
});
