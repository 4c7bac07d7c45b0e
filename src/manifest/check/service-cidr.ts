import { type ObjectOf } from '../../schema/pieces.ts';
import { parseCidr } from '../../text/ip.ts';
import { type ObjectMeta, type ServiceCIDR } from '../types.ts';
import { networkMistakes } from './addresses.ts';
import { fields, texts } from './json.ts';
import { invalid, required } from './messages.ts';
import { type Report } from './report.ts';
import { type serviceCidrSchema } from './schemas/service-cidr.ts';

/** Reads a ServiceCIDR. The result is not checked yet. */
export const readServiceCidr = (
  raw: ObjectOf<typeof serviceCidrSchema>,
  metadata: ObjectMeta,
): ServiceCIDR => ({
  kind: 'ServiceCIDR',
  metadata,
  spec: { cidrs: texts(fields(raw.spec).cidrs) },
});

const PATH = ['spec', 'cidrs'];
const MOST = 2;

/** Checks the rules for a ServiceCIDR. (ValidateServiceCIDR, pkg/apis/networking/validation, 1.36) */
export function checkServiceCidrRules({ spec: { cidrs } }: ServiceCIDR, report: Report): void {
  if (cidrs.length === 0) {
    report.error(PATH, required('at least one CIDR required'));
    return;
  }
  if (cidrs.length > MOST) {
    report.error(PATH, invalid(cidrs, 'may only hold up to 2 values'));
    return;
  }
  for (const [index, cidr] of cidrs.entries()) {
    report.invalid([...PATH, index], cidr, networkMistakes(cidr));
  }
  const families = new Set(cidrs.map((cidr) => parseCidr(cidr)?.family));
  if (cidrs.length > families.size) {
    const example = 'i.e 192.168.0.0/24 and 2001:db8::/96';
    report.error(PATH, invalid(cidrs, `may specify no more than one IP for each IP family, ${example}`));
  }
}
