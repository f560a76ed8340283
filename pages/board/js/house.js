// Where what Streamlit mounts meets the engine, whichever of them comes first.

/**
 * What Streamlit hands to a component.
 * @typedef {{name: string, data: Uint8Array, parentElement: ShadowRoot, setTriggerValue: (name: string, value: unknown) => void}} Component
 */

/**
 * mounts: by their hosts; take, drop: the engine's, when it is there.
 * @typedef {{mounts: Map<Node, Component>, take: ((component: Component) => void) | null, drop: ((host: Node) => void) | null}} House
 */

// One a page, whichever script asks for it first.
const page = /** @type {{softmaxBoards?: House}} */ (globalThis);

page.softmaxBoards ??= { mounts: new Map(), take: null, drop: null };
export const house = page.softmaxBoards;
