import { type Version } from './version.ts';

/**
 * The releases whose rules were captured on a real kernel, by minor. Minors that are not here were read from source.
 * Patch releases of one minor are taken to write the same rules unless a row of the history says otherwise.
 */
export const CAPTURED: Readonly<Partial<Record<Version, string>>> = {
  '1.14': '1.14.0',
  '1.16': '1.16.0',
  '1.17': '1.17.2',
  '1.18': '1.18.6',
  '1.20': '1.20.0-rc.0',
  '1.21': '1.21.1',
  '1.22': '1.22.0-rc.0',
  '1.23': '1.23.4',
  '1.24': '1.24.3',
  '1.25': '1.25.1',
  '1.26': '1.26.0',
  '1.27': '1.27.1',
  '1.28': '1.28.3',
  '1.29': '1.29.1',
  '1.30': '1.30.3',
  '1.31': '1.31.14',
  '1.32': '1.32.13',
  '1.33': '1.33.13',
  '1.34': '1.34.9',
  '1.35': '1.35.6',
  '1.36': '1.36.3',
};
