/**
 * Reads the endpoints of nearly all EndpointSlices in one pass that also checks them. What it refuses has a mistake, or
 * a field that few endpoints have: the schema and the rules then look at each field and say what is wrong.
 */
import { fits } from '../../schema/fits.ts';
import { type IpFamily } from '../../text/ip.ts';
import { type Endpoint } from '../types.ts';
import { isEndpointAddress } from './addresses.ts';
import { type RawEndpoint, readConditions } from './endpoint-slice-defaults.ts';
import { MOST_ENDPOINTS } from './endpoint-slice-rules.ts';
import { type Fields, isObject } from './json.ts';
import { dnsSubdomainMistakes } from './names.ts';
import { conditionsSchema } from './schemas/endpoints.ts';
import { referenceSchema } from './schemas/metadata.ts';

/**
 * Returns the endpoints of an EndpointSlice of discovery.k8s.io/v1 when neither its schema nor a rule finds anything
 * wrong with them, and they have one address each and no hints. Returns undefined for all others.
 */
export function readUsualEndpoints({ addressType, endpoints }: Fields): readonly Endpoint[] | undefined {
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return undefined;
  if (!Array.isArray(endpoints) || endpoints.length > MOST_ENDPOINTS) return undefined;
  const found: Endpoint[] = [];
  for (const raw of endpoints as readonly unknown[]) {
    const endpoint = isObject(raw) ? readUsualEndpoint(raw, addressType) : undefined;
    if (endpoint === undefined) return undefined;
    found.push(endpoint);
  }
  return found;
}

const USUAL_FIELDS: ReadonlySet<string> = new Set([
  'addresses',
  'conditions',
  'nodeName',
  'zone',
  'targetRef',
]);

function readUsualEndpoint(raw: RawEndpoint, family: IpFamily): Endpoint | undefined {
  const { addresses, conditions, nodeName, zone, targetRef } = raw;
  if (!isOneAddress(addresses, family)) return undefined;
  if (typeof nodeName !== 'string' || dnsSubdomainMistakes(nodeName).length > 0) return undefined;
  if (zone !== undefined && typeof zone !== 'string') return undefined;
  if (targetRef !== undefined && !fits(targetRef, referenceSchema)) return undefined;
  if (!isObject(conditions) || !hasOnly(raw, USUAL_FIELDS)) return undefined;
  if (isAsRead(raw)) return raw;
  if (!fits(conditions, conditionsSchema)) return undefined;
  const known = readConditions(conditions);
  return zone === undefined
    ? { addresses, conditions: known, nodeName }
    : { addresses, conditions: known, nodeName, zone };
}

function isOneAddress(addresses: unknown, family: IpFamily): addresses is readonly string[] {
  if (!Array.isArray(addresses) || addresses.length !== 1) return false;
  const address: unknown = addresses[0];
  return typeof address === 'string' && isEndpointAddress(address, family);
}

const CONDITIONS: ReadonlySet<string> = new Set(['ready', 'serving', 'terminating']);

/** Tells whether an endpoint that is right is what would be read from it, so that it need not be made a second time. */
const isAsRead = (raw: { readonly conditions?: unknown; readonly targetRef?: unknown }): raw is Endpoint =>
  raw.targetRef === undefined && isObject(raw.conditions) && areFlags(raw.conditions);

/** Tells whether conditions have no unknown fields and no null. */
function areFlags(conditions: Fields): boolean {
  for (const name in conditions) {
    if (!CONDITIONS.has(name) || typeof conditions[name] !== 'boolean') return false;
  }
  return true;
}

/** Tells whether an object has no fields but these. */
function hasOnly(object: Fields, names: ReadonlySet<string>): boolean {
  for (const name in object) if (!names.has(name)) return false;
  return true;
}
