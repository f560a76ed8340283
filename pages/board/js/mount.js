// What Streamlit mounts for a board and for the frames: it hands what the server sent to the engine,
// whose text travels apart from them and once.

import { house } from "./house.js";

/** @import { Component } from "./house.js" */

/** @param {Component} component */
export default function mount(component) {
  const host = component.parentElement;
  house.mounts.set(host, component);
  house.take?.(component);
  return () => {
    house.mounts.delete(host);
    house.drop?.(host);
  };
}
