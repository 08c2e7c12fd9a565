/** Why something does not verify, in both languages. */

import { type Facts, say, type Text } from "@/core/words";

export class Fault extends Error {
  readonly said: Text;

  constructor(said: Text, facts: Facts = {}) {
    super(say(said, "en", facts));
    this.said = filled(said, facts);
  }
}

export function filled(text: Text, facts: Facts): Text {
  return { en: say(text, "en", facts), zh: say(text, "zh", facts) };
}
