// A board's place on the page. It hands what the server sent to the engine (board.js), which the
// page mounts once and last, so that the engine's text travels once a change and not with each board.

const house = (globalThis.softmaxBoards ??= { places: new Map(), show: null, remove: null });

export default function (component) {
  const { parentElement } = component;
  house.places.set(parentElement, component);
  house.show?.(component);
  return () => {
    house.places.delete(parentElement);
    house.remove?.(parentElement);
  };
}
