import { expect, test } from "vitest";
import { onlyReads } from "../../../src/domain/commands/reading.ts";
import { METHODS } from "../../../src/protocol/methods.ts";

/** Names that say themselves that something is only looked at; one of another kind must be thought about here. */
const LOOKS =
  /\.(list|show|info|whoami|thread|inbox|sent|mutes|search|search-older|history|diff|explain|capture|rows|older|text)$/;
const LOOKS_TOO =
  "server.hello server.queues server.dump client.resize client.detach client.focus client.wrote events.subscribe search.open search.read search.stop summary.board summary.compact relay.prompt store.check store.export wait.for".split(
    " ",
  );

test("exactly the requests that change nothing count as reading", () => {
  const reading = Object.keys(METHODS).filter((method) => onlyReads(method, {}));
  const expected = Object.keys(METHODS).filter((method) => LOOKS.test(method) || LOOKS_TOO.includes(method));
  expect(reading.toSorted()).toEqual(expected.toSorted());
});

test("attaching reads when it is to watch, and what nobody knows changes something", () => {
  expect(onlyReads("client.attach", { readOnly: true })).toBe(true);
  expect(onlyReads("client.attach", { readOnly: false })).toBe(false);
  expect(onlyReads("pane.anything", {})).toBe(false);
});
