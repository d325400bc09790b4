// What carries the agents' hooks here: perl and curl are run as a hook runs them, at a socket of the doctor's own.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { curlAddress, curlCarrier, PERL_ENVIRONMENT, perlCarrier } from "../../node/hook-carrier.ts";
import type { World } from "../world.ts";
import { findProgram, runBriefly } from "./find-program.ts";
import { type Finding, okay, warn } from "./report.ts";

const TIMEOUT_MS = 5_000;
/** A busy machine may be late now and then; one that always is has a reason. */
const TRIES = 3;
const TOO_LATE = 28;
const URL = "/hook/doctor";
const EVENT = "Stop";
/** Perl that ends so has run, and hooks try nothing else: an answer, nobody listens, too late, nonsense. */
const PERL_HAS_RUN: readonly (number | null)[] = [0, 7, TOO_LATE, 52];

/** Says which of perl, curl and Node hooks take, in this order, and how to have a quicker one. */
export async function checkHooks(world: World, projectRoot: string): Promise<Finding> {
  try {
    return await withSocket((dir, hookSocket) => tryCarriers(dir, hookSocket, world, projectRoot));
  } catch (thrown) {
    return warn("hooks", `what carries them cannot be tried: ${messageOf(thrown)}`, `Look at ${tmpdir()}.`);
  }
}

async function tryCarriers(
  dir: string,
  hookSocket: string,
  { env }: World,
  projectRoot: string,
): Promise<Finding> {
  const carried = { hookSocket, url: URL, token: "doctor" };
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  let broken: string | null = null;
  const perl = findProgram("perl", env, projectRoot);
  if (perl !== null) {
    const args = [file("hook.pl", perlCarrier(carried)), EVENT, "0"];
    const ended = await carry(perl, args, { ...env, ...PERL_ENVIRONMENT });
    if (isAnswered(ended)) return okay("hooks", "perl carries them");
    if (PERL_HAS_RUN.includes(ended.status)) return unanswered("perl", perl, ended);
    broken = `${perl} does not run (${endOf(ended)})`;
  }
  const curl = findProgram("curl", env, projectRoot);
  if (curl === null) {
    return broken === null
      ? warn("hooks", "neither perl nor curl: Node carries them, about 50 ms each", "Install perl or curl.")
      : warn("hooks", `Node carries them, about 50 ms each: ${broken}`, "Mend that perl, or install curl.");
  }
  const args = ["-q", "-K", file("hook.curl", curlCarrier(carried)), curlAddress(URL, EVENT)];
  const ended = await carry(curl, args, env);
  if (!isAnswered(ended)) return unanswered("curl", curl, ended);
  if (broken !== null) return warn("hooks", `curl carries them: ${broken}`, "Mend that perl, or remove it.");
  return { ...okay("hooks", "curl carries them"), mend: "Install perl: it takes a third of curl's time." };
}

type Ended = Awaited<ReturnType<typeof runBriefly>>;

async function carry(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  for (let tries = 1; ; tries++) {
    const ended = await runBriefly(program, args, env, TIMEOUT_MS);
    if (ended.status !== TOO_LATE || tries === TRIES) return ended;
  }
}

function isAnswered({ status, line }: Ended): boolean {
  return status === 0 && line?.startsWith("HTTP/1.1 200") === true;
}

function endOf({ status }: Ended): string {
  return status === null ? "no end of its own" : `status ${status}`;
}

function unanswered(name: string, path: string, ended: Ended): Finding {
  return warn(
    "hooks",
    `${name} carries them and brought no answer (${endOf(ended)}): locks and receipts do not work`,
    `Mend ${path}, or remove it.`,
  );
}

/** Hands over a directory that nobody else can enter and a socket in it that answers as the server does. */
async function withSocket(use: (dir: string, socketPath: string) => Promise<Finding>): Promise<Finding> {
  const dir = mkdtempSync(join(tmpdir(), "ia-doctor-"));
  const server = createServer((request, response) => {
    request.resume();
    request.once("end", () =>
      response.writeHead(200, { connection: "close", "content-length": 2 }).end("{}"),
    );
  });
  try {
    const path = join(dir, "hook.sock");
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
    return await use(dir, path);
  } finally {
    server.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
