import { formatRational, sameRational, ZERO } from '../packets/rational.ts';
import { type Goal } from './endings.ts';

type Goals = ReadonlyMap<string, Goal>;

/**
 * Returns a text for each goal that gets another share, or of which another share is masqueraded, chosen or remembered.
 */
export function changesBetween(expected: Goals, actual: Goals): readonly string[] {
  const goals = new Set([...expected.keys(), ...actual.keys()]);
  const isChoice = expected.size > 1 && actual.size > 1;
  return [...goals].sort().flatMap((goal): readonly string[] => {
    const [before, now] = [expected.get(goal), actual.get(goal)];
    const [share, shareNow] = [before?.share ?? ZERO, now?.share ?? ZERO];
    const changes: string[] = [];
    if (!sameRational(share, shareNow))
      changes.push(`${goal}: ${formatRational(share)} ${formatRational(shareNow)}`);
    // What goes nowhere on one side has no source there that could be compared.
    if (before !== undefined && now !== undefined && !sameRational(before.masqueraded, now.masqueraded)) {
      changes.push(
        `${goal} masqueraded: ${formatRational(before.masqueraded)} ${formatRational(now.masqueraded)}`,
      );
    }
    if (isChoice && before !== undefined && now !== undefined && before.chosenBy !== now.chosenBy)
      changes.push(`${goal} chosen: ${before.chosenBy} | ${now.chosenBy}`);
    if (before !== undefined && now !== undefined && before.remembered.join() !== now.remembered.join())
      changes.push(`${goal} remembered: ${before.remembered.join()} | ${now.remembered.join()}`);
    return changes;
  });
}
