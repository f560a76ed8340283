// The choices of a handout: each option is a view of its own; one choice at a time is away from its home.

import { element } from "./elements.js";

/** @typedef {{key: string, label: string, options: string[], home: string | null, views: Record<string, number>}} Choice */

export class Choices {
  #choices;
  /** @type {Map<string, Map<string, HTMLInputElement>>} of each choice its options */
  #inputs = new Map();

  /**
   * @param {HTMLElement} place
   * @param {Choice[]} choices
   * @param {(view: number) => void} open
   */
  constructor(place, choices, open) {
    this.#choices = choices;
    place.replaceChildren(...choices.map((choice) => this.#group(choice, choices, open)));
  }

  /**
   * @param {Choice} choice
   * @param {Choice[]} choices
   * @param {(view: number) => void} open
   */
  #group(choice, choices, open) {
    const e = element("fieldset", "choice");
    e.append(element("legend", "", choice.label));
    const inputs = new Map();
    this.#inputs.set(choice.key, inputs);
    const name = `choice-${choice.key}-${groups++}`;
    for (const option of choice.options) {
      const input = element("input");
      Object.assign(input, { type: "radio", name, value: option });
      input.dataset.key = choice.key;
      input.checked = option === choice.home;
      input.onchange = () => {
        for (const other of choices) if (other !== choice) this.#home(other);
        open(choice.views[option] ?? 0);
      };
      inputs.set(option, input);
      const label = element("label");
      label.append(input, element("span", "", option));
      e.append(label);
    }
    return e;
  }

  goHome() {
    for (const choice of this.#choices) this.#home(choice);
  }

  /** @param {Choice} choice */
  #home({ key, home }) {
    for (const [option, input] of this.#inputs.get(key) ?? []) input.checked = option === home;
  }
}

let groups = 0; // groups of radio buttons have a name each, in the whole file
