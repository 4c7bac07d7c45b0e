import * as building from './building.ts';

/**
 * Returns the half of mode nftables that builds and prints; the published program loads it when it is first asked for.
 */
export const loadNftablesBuilding = (): typeof building => building;
