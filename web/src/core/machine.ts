/**
 * Tools as state machines: a pure step from a state and an input to the next state and what to do.
 *
 * A tool never touches the store or the screen: it returns effects, so that every gesture can be tested as data.
 */

export interface Step<State, Effect> {
  readonly state: State;
  readonly effects?: readonly Effect[];
}

export interface Machine<State, Input, Effect> {
  readonly name: string;
  readonly start: State;
  step(state: State, input: Input): Step<State, Effect>;
}

export class Running<State, Input, Effect> {
  #state: State;
  readonly #machine: Machine<State, Input, Effect>;
  readonly #perform: (effect: Effect) => void;

  constructor(machine: Machine<State, Input, Effect>, perform: (effect: Effect) => void) {
    this.#machine = machine;
    this.#state = machine.start;
    this.#perform = perform;
  }

  get state(): State {
    return this.#state;
  }

  send(input: Input): void {
    const { state, effects = [] } = this.#machine.step(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  reset(): void {
    this.#state = this.#machine.start;
  }
}
