import { effectOf, type PacketOutcome } from '../packets/outcome.ts';

/**
 * Returns the effect of an outcome and the answers assumed for questions that the rules do not decide as a text. Equal
 * effects under equal answers give equal texts. Questions with the same words are the same question.
 */
export const answeredEffectOf = (outcome: PacketOutcome): string =>
  [
    effectOf(outcome),
    ...answersOf(outcome)
      .map(([question, answer]) => `${answer}: ${question}`)
      .sort(),
  ].join('|');

/**
 * Returns the questions with their answers. A question that is asked again on the way counts as a new one.
 */
function answersOf({ assumptions }: PacketOutcome): readonly (readonly [question: string, answer: string])[] {
  const asked = new Map<string, number>();
  return assumptions.map(({ what, taken }) => {
    const count = (asked.get(what) ?? 0) + 1;
    asked.set(what, count);
    return [count === 1 ? what : `${what} (${count})`, taken];
  });
}

/** The most questions for which every combination of answers is examined. */
const MOST_QUESTIONS = 6;

/**
 * Returns a function that lists the effects of an outcome when every question of any outcome is answered. So
 * an outcome that is the same for both answers equals an outcome for which the question was never asked.
 */
export function effectsByAnswers(
  all: readonly PacketOutcome[],
): (outcome: PacketOutcome) => readonly string[] {
  const questions = new Set<string>();
  for (const outcome of all) {
    for (const [question, answer] of answersOf(outcome)) if (answer !== 'ignored') questions.add(question);
  }
  if (questions.size === 0 || questions.size > MOST_QUESTIONS)
    return (outcome) => [answeredEffectOf(outcome)];
  return (outcome) => {
    const given = new Map(answersOf(outcome));
    const ignored = [...given].filter(([, answer]) => answer === 'ignored').map(([question]) => question);
    let effects: readonly string[] = [[effectOf(outcome), ...ignored].join('|')];
    for (const question of questions) {
      const known = given.get(question);
      const answers = known === undefined ? ['matches', 'does not match'] : [known];
      effects = effects.flatMap((effect) => answers.map((answer) => `${effect}|${answer}: ${question}`));
    }
    return effects;
  };
}
