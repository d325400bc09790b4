import type { Message } from "../message/message.ts";
import type { Question } from "../question/question.ts";
import type { Delivery } from "../relay/delivery.ts";
import type { Task } from "../task/task.ts";

/** What an archived record is about, in one line. */
export function archivedLine(record: Task | Message | Question | Delivery): string {
  if ("title" in record) return `${record.title} [${record.status}]`;
  if ("question" in record) return `${record.by}: ${record.question} [${record.state}]`;
  if ("state" in record) return `${record.kind} from ${record.from} to ${record.to} [${record.state}]`;
  return record.subject || record.body;
}
