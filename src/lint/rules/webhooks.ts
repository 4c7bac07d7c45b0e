import { filledText, optionalNumber } from '../../manifest/check/json.ts';
import { type Finding } from '../finding.ts';
import { type LintInput } from '../input.ts';
import { at, type At, entriesOf, inside, type NamedObject } from '../raw.ts';
import { type Backend } from './backend.ts';
import { backendFindings } from './backends.ts';

/** Services that the API server calls: for webhooks, for APIs of others and to convert custom resources. */
export const webhookMissing = ({ raw, directory }: LintInput): readonly Finding[] =>
  raw.flatMap((object) => {
    const backends = servicesCalledFor(object).flatMap((reference) => backendOf(reference) ?? []);
    // Kinds that no namespace holds.
    return backendFindings({ ...object, namespace: '' }, backends, directory, {
      service: 'webhook-service-missing',
      port: 'webhook-port-missing',
    });
  });

function servicesCalledFor(object: NamedObject): readonly At[] {
  switch (`${object.group} ${object.kind}`) {
    case 'admissionregistration.k8s.io ValidatingWebhookConfiguration':
    case 'admissionregistration.k8s.io MutatingWebhookConfiguration':
      return entriesOf(at(object, []), 'webhooks').map((webhook) =>
        inside(inside(webhook, 'clientConfig'), 'service'),
      );
    case 'apiregistration.k8s.io APIService':
      return [at(object, ['spec', 'service'])];
    case 'apiextensions.k8s.io CustomResourceDefinition':
      return [
        at(object, ['spec', 'conversion', 'webhook', 'clientConfig', 'service']),
        at(object, ['spec', 'conversion', 'webhookClientConfig', 'service']),
      ];
    default:
      return [];
  }
}

/** The port when none is given. (ServiceReference, apiextensions, apiregistration and admissionregistration v1) */
const HTTPS = 443;

function backendOf({ path, fields }: At): Backend | undefined {
  const service = filledText(fields['name']);
  const namespace = filledText(fields['namespace']);
  if (service === undefined || namespace === undefined) return undefined;
  const port = optionalNumber(fields['port']) ?? HTTPS;
  return { namespace, service, servicePath: [...path, 'name'], port, portPath: [...path, 'port'] };
}
