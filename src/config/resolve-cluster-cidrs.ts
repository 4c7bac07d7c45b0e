import { type DetectLocalMode, firstVersionWhere } from '../dialect/config-history.ts';
import { type Cidr } from '../text/ip.ts';
import { type Outcome, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type SettingContext } from './setting-context.ts';
import { readCidr } from './ip-text.ts';
import { quotedList } from './quoted.ts';
import { type Setting, refused } from './setting.ts';

/**
 * Reads `clusterCIDR`: one network, or one of each family with a comma where kube-proxy serves both.
 * Errors in kube-proxy's words. (Validate and validateDualStackCIDRStrings, pkg/proxy/apis/config/validation)
 */
export function resolveClusterCidrs(
  setting: Setting<string> | undefined,
  mode: DetectLocalMode | undefined,
  dualStack: boolean,
  context: SettingContext,
): Outcome<readonly Cidr[]> {
  const isUnseen = context.facts.clusterCidr.asList && mode !== 'ClusterCIDR';
  if (setting === undefined || setting.value === '' || isUnseen) return { value: [], problems: [] };
  const texts = setting.value.split(',');
  const cidrs = texts.flatMap((text) => readCidr(text) ?? []);
  const wrong = context.facts.clusterCidr.asList
    ? checkList(texts, context)
    : checkText(setting.value, texts, dualStack, context);
  const problems: Diagnostic[] = wrong.map((message) => refused(setting.origin, message));
  return { value: cidrs, problems };
}

const invalid = (text: string, why: string): string => `Invalid value: ${JSON.stringify(text)}: ${why}`;

function areOneOfEach(texts: readonly string[]): boolean {
  const families = texts.map((text) => readCidr(text)?.family);
  return families.includes('IPv4') && families.includes('IPv6');
}

function checkText(
  whole: string,
  texts: readonly string[],
  dualStack: boolean,
  context: SettingContext,
): readonly string[] {
  const words = context.facts.clusterCidr;
  if (texts.length === 1) return readCidr(whole) === undefined ? [invalid(whole, words.invalid)] : [];
  if (!dualStack) return [invalid(whole, words.onlyOne) + whenTwoWork(context)];
  if (texts.length > 2) return [invalid(whole, words.tooMany)];
  return areOneOfEach(texts) ? [] : [invalid(whole, words.notDualStack)];
}

function checkList(texts: readonly string[], context: SettingContext): readonly string[] {
  const words = context.facts.clusterCidr;
  const whole = quotedList(texts, context.facts.listSyntax);
  if (texts.length > 2) return [`Invalid value: ${whole}: ${words.tooMany}`];
  const bad = texts.filter((text) => readCidr(text) === undefined);
  if (bad.length > 0) return bad.map((text) => invalid(text, words.invalid));
  return texts.length === 1 || areOneOfEach(texts) ? [] : [`Invalid value: ${whole}: ${words.notDualStack}`];
}

/** Returns a hint: from which release on kube-proxy accepts two valid networks that this release refuses. */
function whenTwoWork({ facts, version }: SettingContext): string {
  const since = firstVersionWhere(({ dualStack }) => dualStack === 'unless-gated-off') ?? '';
  switch (facts.dualStack) {
    case 'never':
      return ` (kube-proxy ${version}; two CIDRs work from ${since} on)`;
    case 'with-gate':
      return ` (kube-proxy ${version}; two CIDRs work from ${since} on, here with feature gate IPv6DualStack)`;
    case 'unless-gated-off':
    case 'always':
      return ` (kube-proxy ${version} with feature gate IPv6DualStack off)`;
  }
}
