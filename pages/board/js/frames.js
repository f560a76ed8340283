// The numbers of a page's boards at every state that one of its sliders can reach.

/**
 * What the controls of a page show, by their keys.
 * @typedef {Record<string, unknown>} State
 */

/**
 * A slider, its steps, and the columns of numbers that it moves.
 * @typedef {{key: string, low: number, step: number, count: number, moves: number[]}} Slider
 */

/**
 * Of each quantity its first number's offset, then its shape; of each offset its column.
 * @typedef {{page: string, part: string, state: State, sliders: Slider[], quantities: Record<string, number[]>, columns: number[]}} Head
 */

/**
 * A control that does not stand where a state has it, and the number that it shows if it is a slider.
 * @typedef {{key: string, number?: number}} Moved
 */

/** @typedef {(offset: number) => number} NumberAt the number at an offset into a frame */

export class Frames {
  /** @type {Map<string, Map<number, number>>} by slider and column, where its sweep begins */
  #begins = new Map();
  #head;
  #now;
  #swept;

  /**
   * @param {Head} head
   * @param {Float64Array} now the frame of the state itself
   * @param {Float64Array} swept slider by slider, column by column, step by step
   */
  constructor(head, now, swept) {
    this.#head = head;
    this.#now = now;
    this.#swept = swept;
    let begin = 0;
    for (const { key, count, moves } of head.sliders) {
      this.#begins.set(key, new Map(moves.map((column, k) => [column, begin + k * count])));
      begin += moves.length * count;
    }
  }

  get page() {
    return this.#head.page;
  }

  /** Of the page's numbers: those that follow its sliders, or their backdrop. */
  get part() {
    return this.#head.part;
  }

  get state() {
    return this.#head.state;
  }

  /** @param {string} key */
  slider(key) {
    return this.#head.sliders.find((s) => s.key === key);
  }

  /**
   * Where in a frame a number is; undefined if it is not there.
   *
   * @param {string} quantity
   * @param {number[]} index
   */
  offsetOf(quantity, index) {
    if (!Object.hasOwn(this.#head.quantities, quantity)) return undefined;
    const [first, ...shape] = this.#head.quantities[quantity];
    if (shape.length !== index.length || index.some((i, axis) => i >= shape[axis]))
      return undefined;
    return first + index.reduce((flat, i, axis) => flat * shape[axis] + i, 0);
  }

  /**
   * The frame at a step of a slider, the other controls held; without one that of the state itself.
   *
   * @param {Slider} [slider]
   * @param {number} [step]
   * @returns {NumberAt}
   */
  frame(slider, step = 0) {
    const begins = slider && this.#begins.get(slider.key);
    return (offset) => {
      const begin = begins?.get(this.#head.columns[offset]);
      return begin === undefined ? this.#now[offset] : this.#swept[begin + step];
    };
  }

  /**
   * The frame for where the controls stand now; null if these frames do not have it.
   *
   * @param {Moved[]} moved the controls that do not stand where the state has them
   * @returns {NumberAt | null}
   */
  lookUp(moved) {
    const [first, second] = moved;
    if (!first) return this.frame();
    const slider = this.slider(first.key);
    if (second || !slider || first.number === undefined) return null;
    const step = Math.round((first.number - slider.low) / slider.step);
    return step >= 0 && step < slider.count ? this.frame(slider, step) : null;
  }
}
