// `npm start`: install if needed, build if needed, open the workspace.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt, ensureInstalled, root } from "./prepare.mjs";

ensureInstalled();
await ensureBuilt();
await import(pathToFileURL(join(root, "dist", "main.js")).href);
