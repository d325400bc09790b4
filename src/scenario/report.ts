export interface StepReport {
  readonly index: number;
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly error: string | null;
}

export interface ScenarioReport {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly steps: readonly StepReport[];
  /** The step that failed, and what every pane showed at that moment. */
  readonly failure: {
    readonly step: number;
    readonly message: string;
    readonly screens: readonly { readonly pane: string; readonly lines: readonly string[] }[];
  } | null;
}

/** The report as JUnit XML: one test case a step; steps that were not reached are skipped. */
export function toJUnit(report: ScenarioReport, plannedSteps: readonly string[]): string {
  const cases = plannedSteps.map((name, index) => {
    const done = report.steps[index];
    const open = `    <testcase classname="${xml(report.name)}" name="${xml(`${index + 1} ${name}`)}" time="${seconds(done?.ms ?? 0)}"`;
    if (!done) return `${open}><skipped/></testcase>`;
    if (done.ok) return `${open}/>`;
    const screens = (report.failure?.screens ?? [])
      .map((screen) => `--- ${screen.pane}\n${screen.lines.join("\n")}`)
      .join("\n");
    return `${open}>\n      <failure message="${xml(done.error ?? "failed")}">${xml(screens)}</failure>\n    </testcase>`;
  });
  const failures = report.ok ? 0 : 1;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${plannedSteps.length}" failures="${failures}" time="${seconds(report.ms)}">`,
    `  <testsuite name="${xml(report.name)}" tests="${plannedSteps.length}" failures="${failures}" skipped="${plannedSteps.length - report.steps.length}" time="${seconds(report.ms)}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\n": "&#10;",
};

/** Text for XML 1.0, in an attribute or an element; what XML cannot hold becomes U+FFFD. */
export function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .replace(/[&<>"'\n]/g, (character) => ENTITIES[character] as string);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
