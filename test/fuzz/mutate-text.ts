import { type Random } from './fuzz.ts';

/** Returns one of the texts, cut, doubled, turned and mixed with some of the pieces. */
export function mutateText(texts: readonly string[], pieces: readonly string[], random: Random): string {
  let text = texts[random(texts.length)] ?? '';
  for (let left = 1 + random(6); left > 0; left -= 1) {
    const from = random(text.length + 1);
    const length = random(random(8) === 0 ? 2000 : 12);
    const head = text.slice(0, from);
    const cut = text.slice(from, from + length);
    const tail = text.slice(from + length);
    const piece = pieces[random(pieces.length)] ?? '';
    text =
      [
        () => head + tail,
        () => head + piece + cut + tail,
        () => head + piece + tail,
        () => head + cut + cut + tail,
        () => head,
        () => tail + head,
        () => head + String.fromCharCode(random(0x3000)) + cut + tail,
      ][random(7)]?.() ?? text;
  }
  return text;
}
