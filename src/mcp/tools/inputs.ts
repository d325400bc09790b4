// What several tools take.
import * as z from "zod";
import { MAX_TEXT_BYTES } from "../../domain/record.ts";
import { PRIORITIES } from "../../domain/task/task.ts";

export const body = z.string().min(1).max(MAX_TEXT_BYTES);
export const agent = z.string().min(1).max(128);
export const ref = z.string().min(1).max(200);
export const lines = z.array(z.string().max(2_000)).max(50).optional();
export const priority = z.enum(PRIORITIES).optional();
