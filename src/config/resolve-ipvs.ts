import { SETTINGS } from '../dialect/setting-table.ts';
import { type IpvsSettings } from '../proxy/settings.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { type ChosenSettings } from './choose-settings.ts';
import { readCidr } from './ip-text.ts';
import { refused } from './setting.ts';

/**
 * Resolves the settings of mode ipvs. Error: an excluded network that is malformed. (validateIPVSExcludeCIDRs,
 * pkg/proxy/apis/config/validation)
 */
export function resolveIpvs(chosen: ChosenSettings): Outcome<IpvsSettings> {
  const excluded = chosen['ipvs.excludeCIDRs'];
  const texts = excluded?.value ?? [];
  const problems = texts.flatMap((text, index) => {
    if (excluded === undefined || readCidr(text) !== undefined) return [];
    const message = `Invalid value: ${JSON.stringify(text)}: must be a valid CIDR`;
    return [refused(excluded.origin, message, [index])];
  });
  const scheduler = chosen['ipvs.scheduler']?.value ?? '';
  const value: IpvsSettings = {
    scheduler: scheduler === '' ? SETTINGS['ipvs.scheduler'].default : scheduler,
    strictARP: chosen['ipvs.strictARP']?.value ?? false,
    excludeCIDRs: texts.flatMap((text) => readCidr(text) ?? []),
    tcpTimeout: chosen['ipvs.tcpTimeout']?.value ?? 0,
    tcpFinTimeout: chosen['ipvs.tcpFinTimeout']?.value ?? 0,
    udpTimeout: chosen['ipvs.udpTimeout']?.value ?? 0,
  };
  return { value, problems };
}
