/** What jsdom lacks of a browser and editors ask for: sizes and canvases have none here, so nothing is drawn. */

class Nothing {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

Object.assign(globalThis, { ResizeObserver: Nothing, IntersectionObserver: Nothing });
Element.prototype.scrollIntoView = () => undefined;
