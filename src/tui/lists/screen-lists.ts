// Lists made from the screen itself: windows and panes, what was copied, what was said.
import type { ResultOf } from "../../protocol/results.ts";
import { shortAge, wallTime } from "../format.ts";
import { glyphsFor } from "../glyphs.ts";
import type { Model } from "../model.ts";
import { agentOfPane, paneLabel } from "../model.ts";
import { action, cell, jumpAction, type ListRow, type ListSpec, row } from "./list-row.ts";

export const TREE_LIST: ListSpec = {
  title: "Windows and panes",
  empty: "There is no window.",
  fetch: null,
  rows: (_value, model) => treeRows(model),
};

function treeRows(model: Model): readonly ListRow[] {
  const glyphs = glyphsFor(model.ascii);
  return (model.view?.windows ?? []).flatMap((window) => {
    const panes = (model.view?.panes ?? [])
      .filter((pane) => pane.windowId === window.id)
      .toSorted((a, b) => a.index - b.index);
    const target = panes.find((pane) => pane.focused) ?? panes[0];
    const select = {
      kind: "call",
      method: "window.select",
      params: { target: String(window.index) },
      done: "",
      close: true,
    } as const;
    const head = row(
      `window ${window.id}`,
      [
        cell(
          `${window.index}: ${window.name}${window.current ? "*" : ""}`,
          0,
          window.current ? "overlayAccent" : "overlayStrong",
        ),
        cell(`${panes.length} ${panes.length === 1 ? "pane" : "panes"}`, 10, "overlayMuted", "right"),
      ],
      {
        previewPaneIds: panes.map((pane) => pane.id),
        actions: [
          action("Enter", "go there", select),
          action(",", "rename", {
            kind: "call",
            method: "window.rename",
            params: { target: String(window.index) },
            done: "Renamed",
            ask: { label: `rename ${window.index}`, field: "name", allowEmpty: false },
          }),
          action("x", "close window", {
            kind: "call",
            method: "window.kill",
            params: { target: String(window.index), force: true },
            done: `Window ${window.index} closed`,
            confirm: {
              question: `Close window ${window.index}: ${window.name}?`,
              loss: `It ends ${panes.length} running ${panes.length === 1 ? "program" : "programs"}.`,
            },
          }),
        ],
      },
    );
    const rows = panes.map((pane) => {
      const agent = agentOfPane(model, pane);
      const state = pane.dead
        ? `${glyphs.exited} exited ${pane.dead.exitCode}`
        : agent
          ? `${glyphs.state[agent.state.name]} ${agent.state.name === "blocked" ? "needs you" : agent.state.name}`
          : "";
      return row(
        `pane ${pane.id}`,
        [
          cell(`   ${pane.index} ${paneLabel(pane)}`, 0),
          cell(pane.cwd.split("/").at(-1) ?? "", 18, "overlayMuted"),
          cell(state, 14, "overlayMuted"),
        ],
        {
          previewPaneIds: [pane.id],
          actions: [
            { ...jumpAction("Enter", "go there", pane.id) },
            action(
              "b",
              "bring it here",
              {
                kind: "call",
                method: "pane.join",
                params: { target: pane.id, into: "" },
                done: "Here it is",
              },
              window.current ? "It is in this window already." : null,
            ),
            action("x", "close pane", {
              kind: "call",
              method: "pane.kill",
              params: { target: pane.id, force: true },
              done: "Pane closed",
              confirm: {
                question: `Close pane ${pane.index} (${paneLabel(pane)})?`,
                loss: "Its program ends.",
              },
            }),
          ],
        },
      );
    });
    return target ? [head, ...rows] : [head];
  });
}

export const BUFFERS_LIST: ListSpec = {
  title: "Copied",
  empty: "Nothing was copied yet. C-b [ copies.",
  fetch: { method: "buffer.list", params: {} },
  rows: (value, model) =>
    (value as ResultOf<"buffer.list">).map((buffer) => {
      const paste = {
        kind: "local",
        action: { name: "paste-buffer", buffer: buffer.name },
        close: true,
      } as const;
      return row(
        buffer.name,
        [
          cell(buffer.name, 10, "overlayMuted"),
          cell(buffer.preview.replaceAll("\n", " "), 0),
          cell(`${buffer.length}`, 8, "overlayMuted", "right"),
          cell(shortAge(model.nowMs - buffer.atMs), 6, "overlayMuted", "right"),
        ],
        {
          details: [
            ...buffer.preview.split("\n"),
            ...(buffer.length > buffer.preview.length ? [`… ${buffer.length} characters in all`] : []),
          ],
          actions: [
            action("Enter", "paste", paste),
            action("p", "paste", paste),
            action("v", "view", { kind: "open" }),
            action("d", "forget", {
              kind: "call",
              method: "buffer.delete",
              params: { name: buffer.name },
              done: "Forgotten",
            }),
          ],
        },
      );
    }),
};

export const MESSAGES_LIST: ListSpec = {
  title: "What was said",
  empty: "Nothing was said yet.",
  fetch: null,
  rows: (_value, model) =>
    model.messages
      .map((message, index) =>
        row(
          String(index),
          [
            cell(wallTime(message.atMs, model.offsetMinutes), 6, "overlayMuted"),
            cell(
              message.text,
              0,
              ({ info: "overlay", good: "overlayGood", warn: "overlayWarn", bad: "overlayBad" } as const)[
                message.level
              ],
            ),
            cell(shortAge(model.nowMs - message.atMs), 6, "overlayMuted", "right"),
          ],
          { details: [message.text] },
        ),
      )
      .toReversed(),
};
