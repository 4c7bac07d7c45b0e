/** Who names Services besides Ingresses: webhooks, APIs, conversions, Istio, Traefik and all routes of the Gateway API. */
import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

/** `code: Kind: path: message` of every finding, beside a Service `web` with port 80 in namespace `shop`. */
function findings(...documents: readonly string[]): readonly string[] {
  const web =
    'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{name: http, port: 80}]}\n';
  const { value, problems } = lint([{ name: 'a.yaml', text: [web, ...documents].join('---\n') }], {
    strict: false,
  });
  expect(problems).toEqual([]);
  return value.findings.map(
    ({ code, subject, path, message }) => `${code}: ${subject?.kind}: ${path}: ${message}`,
  );
}

const object = (apiVersion: string, kind: string, body: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x, namespace: shop}\n${body}\n`;
const missing = (name: string): string =>
  `there is no Service "${name}" in namespace shop, did you mean "web"?`;
const noPort = (port: string): string => `Service shop/web has no port ${port}; it has http (80)`;

const REFERENCE = 'service: {namespace: shop, name: NAME, port: PORT}';
const WEBHOOKS: readonly (readonly [apiVersion: string, kind: string, body: string, path: string])[] = [
  [
    'admissionregistration.k8s.io/v1',
    'ValidatingWebhookConfiguration',
    `webhooks: [{name: a.example.com, clientConfig: {${REFERENCE}}}]`,
    'webhooks[0].clientConfig.service',
  ],
  [
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    `webhooks: [{name: a.example.com, clientConfig: {${REFERENCE}}}]`,
    'webhooks[0].clientConfig.service',
  ],
  ['apiregistration.k8s.io/v1', 'APIService', `spec: {${REFERENCE}}`, 'spec.service'],
  [
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    `spec: {conversion: {strategy: Webhook, webhook: {clientConfig: {${REFERENCE}}}}}`,
    'spec.conversion.webhook.clientConfig.service',
  ],
];

describe.each(WEBHOOKS)('%s %s', (apiVersion, kind, body, path) => {
  const named = (name: string, port: string): string =>
    object(apiVersion, kind, body.replace('NAME', name).replace(', port: PORT', port));

  it('names a Service', () => {
    expect(findings(named('web', ', port: 80'))).toEqual([]);
    expect(findings(named('wbe', ', port: 80'))).toEqual([
      `webhook-service-missing: ${kind}: ${path}.name: ${missing('wbe')}`,
    ]);
  });

  it('names one of its ports, or means 443', () => {
    expect(findings(named('web', ', port: 81'))).toEqual([
      `webhook-port-missing: ${kind}: ${path}.port: ${noPort('81')}`,
    ]);
    expect(findings(named('web', ''))).toEqual([
      `webhook-port-missing: ${kind}: ${path}.port: ${noPort('443')}`,
    ]);
  });

  it('may name what is in a namespace that the input does not show', () => {
    expect(findings(named('wbe', '').replaceAll('shop', 'elsewhere'))).toEqual([]);
  });
});

const ISTIO = 'networking.istio.io/v1';
const GATEWAY = 'gateway.networking.k8s.io';

describe('routes', () => {
  it.each<[string, string, string, string]>([
    [
      ISTIO,
      'VirtualService',
      'http: [{route: [{destination: {host: HOST, port: {number: 80}}}]}]',
      'http[0].route[0].destination.host',
    ],
    [
      ISTIO,
      'VirtualService',
      'tcp: [{route: [{destination: {host: HOST}}]}]',
      'tcp[0].route[0].destination.host',
    ],
    [
      ISTIO,
      'VirtualService',
      'tls: [{route: [{destination: {host: HOST}}]}]',
      'tls[0].route[0].destination.host',
    ],
    [ISTIO, 'VirtualService', 'http: [{mirror: {host: HOST}}]', 'http[0].mirror.host'],
    [
      ISTIO,
      'VirtualService',
      'http: [{mirrors: [{destination: {host: HOST}}]}]',
      'http[0].mirrors[0].destination.host',
    ],
    [ISTIO, 'DestinationRule', 'host: HOST', 'host'],
    [
      'traefik.io/v1alpha1',
      'IngressRoute',
      'routes: [{services: [{name: HOST, port: 80}]}]',
      'routes[0].services[0].name',
    ],
    [
      'traefik.containo.us/v1alpha1',
      'IngressRouteTCP',
      'routes: [{services: [{name: HOST}]}]',
      'routes[0].services[0].name',
    ],
    [
      'traefik.io/v1alpha1',
      'IngressRouteUDP',
      'routes: [{services: [{name: HOST}]}]',
      'routes[0].services[0].name',
    ],
    [
      'traefik.io/v1alpha1',
      'TraefikService',
      'weighted: {services: [{name: HOST, port: http}]}',
      'weighted.services[0].name',
    ],
    ['traefik.io/v1alpha1', 'TraefikService', 'mirroring: {name: HOST, port: "80"}', 'mirroring.name'],
    [
      'traefik.io/v1alpha1',
      'TraefikService',
      'mirroring: {kind: TraefikService, name: t, mirrors: [{name: HOST}]}',
      'mirroring.mirrors[0].name',
    ],
    [
      `${GATEWAY}/v1`,
      'HTTPRoute',
      'rules: [{backendRefs: [{name: HOST, port: 80}]}]',
      'rules[0].backendRefs[0].name',
    ],
    [
      `${GATEWAY}/v1alpha2`,
      'UDPRoute',
      'rules: [{backendRefs: [{name: HOST, port: 80}]}]',
      'rules[0].backendRefs[0].name',
    ],
    [
      `${GATEWAY}/v1`,
      'NewRoute',
      'rules: [{backendRefs: [{name: HOST, port: 80}]}]',
      'rules[0].backendRefs[0].name',
    ],
    [
      `${GATEWAY}/v1`,
      'GRPCRoute',
      'parentRefs: [{group: "", kind: Service, name: HOST}]',
      'parentRefs[0].name',
    ],
  ])('of %s %s: %s', (apiVersion, kind, spec, path) => {
    const named = (host: string): string => object(apiVersion, kind, `spec: {${spec.replace('HOST', host)}}`);
    expect(findings(named('web'))).toEqual([]);
    expect(findings(named('wbe'))).toEqual([
      `ingress-backend-missing: ${kind}: spec.${path}: ${missing('wbe')}`,
    ]);
  });

  it.each<[string, string, string]>([
    [
      'VirtualService',
      'http: [{route: [{destination: {host: web, port: {number: 81}}}]}]',
      'http[0].route[0].destination.port.number',
    ],
    [
      'VirtualService',
      'http: [{route: [{destination: {host: web.shop.svc.cluster.local, port: {number: 81}}}]}]',
      'http[0].route[0].destination.port.number',
    ],
  ])('of Istio tell ports: %s %s', (kind, spec, path) => {
    expect(findings(object(ISTIO, kind, `spec: {${spec}}`))).toEqual([
      `ingress-port-missing: ${kind}: spec.${path}: ${noPort('81')}`,
    ]);
  });

  it.each(['"*.shop.svc.cluster.local"', 'api.example.com', 'example.com', 'wbe.elsewhere', 'db'])(
    'of Istio may name %s',
    (host) => {
      const entry = object(ISTIO, 'ServiceEntry', 'spec: {hosts: [db]}');
      expect(findings(entry, object(ISTIO, 'DestinationRule', `spec: {host: ${host}}`))).toEqual([]);
    },
  );

  it.each([
    '{name: api@internal, kind: TraefikService}',
    '{name: weighted, kind: TraefikService}',
    '{name: api@internal}',
  ])('of Traefik may name %s', (service) => {
    expect(
      findings(object('traefik.io/v1alpha1', 'IngressRoute', `spec: {routes: [{services: [${service}]}]}`)),
    ).toEqual([]);
  });
});
