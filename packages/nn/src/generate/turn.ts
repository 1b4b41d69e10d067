/** Lets the rest of the program have its turn between two steps of a long computation: events, timers, messages. */

const { setImmediate } = globalThis as { setImmediate?: (done: () => void) => void };

/** Resolves after what waits has run. */
export const turn: () => Promise<void> =
  setImmediate === undefined ? messageTurn() : () => new Promise((resolve) => setImmediate(resolve));

/** In a browser: a message to oneself, which timers' least delay of four milliseconds does not slow down. */
function messageTurn(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.addEventListener("message", () => waiting.shift()?.());
  port1.start();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}
