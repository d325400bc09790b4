// RESULTS.md: everything that was measured, as Markdown. Pure: the same results give the same text.
import { promisedTable } from "./promised.mjs";
import { coordinationRows, met, rowsOf } from "./rows.mjs";

export function toMarkdown({ machine: where, options, results, notes }) {
  const lines = [
    "# Measured",
    "",
    `${where.program}. ${where.cores} cores (${where.cpu}), ${where.memoryGb} GB, ${where.kernel}, Node ${where.node}, ${where.tmux}. 200 x 50, two panes side by side; runs interleaved; median [smallest-largest].`,
    `\`npm run bench\`${options.quick ? " -- --quick" : ""}: ${options.runs} runs, ${options.megabytes} MB each, ${options.keys} keys each. Load average before ${options.load[0]}, after ${options.load[1]}.`,
    "",
    "## What is promised",
    "",
    ...promisedTable(results),
    "",
    "## Everything",
    "",
    "| what | ia-tmux | tmux | raw tty | ratio to tmux | bound | met |",
    "|---|---|---|---|---|---|---|",
    ...rowsOf(results).map((row) => line([row.what, row.ours, row.tmux, row.raw, row.ratio, row.bound?.text ?? "", met(row)])),
    "",
    ...coordinationTable(results.coordination),
    ...notes.map((note) => `- ${note}`),
  ];
  return `${lines.join("\n")}\n`;
}

function coordinationTable(coordination) {
  if (coordination === undefined) return [];
  return [
    "What agents wait for, in ms. The systems before were measured once, elsewhere: the smallest programs of Node and Python tell how the places differ.",
    "",
    "| what | ia-tmux | before |",
    "|---|---|---|",
    ...coordinationRows(coordination).map(({ what, ours, before }) => line([what, ours, before])),
    "",
  ];
}

function line(cells) {
  return `| ${cells.join(" | ")} |`;
}
