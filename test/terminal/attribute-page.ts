/** One screen with every attribute, colour kind, width and link that a cell can have. */
export function attributePage(): string {
  const lines: string[] = [];
  let gradient = "";
  for (let i = 0; i < 60; i++)
    gradient += `\x1b[38;2;${i * 4};${255 - i * 4};128m\x1b[48;2;${255 - i * 4};0;${i * 4}m▀`;
  lines.push(`${gradient}\x1b[0m`);
  for (const code of [1, 2, 3, 4, 5, 7, 8, 9, 21, 53])
    lines.push(`\x1b[${code}mattribute ${code}\x1b[0m plain`);
  for (const style of [1, 2, 3, 4, 5]) {
    lines.push(
      `\x1b[4:${style}munder \x1b[58:2::255:${style}:9mrgb \x1b[58:5:${style}mindexed \x1b[59mdefault\x1b[24m no\x1b[0m`,
    );
  }
  let named = "";
  for (let i = 0; i < 8; i++) named += `\x1b[${30 + i};${47 - i}mA\x1b[${90 + i};${107 - i}mB`;
  lines.push(`${named}\x1b[0m`);
  let palette = "";
  for (let i = 0; i < 256; i += 5) palette += `\x1b[38;5;${i};48;5;${255 - i}mx`;
  lines.push(`${palette}\x1b[0m`);
  lines.push("漢字 かな 한글 ｆｕｌｌ │ ┌─┐ ▐▛█▜▌ ✳ ◐ ● ⚿");
  lines.push("é ñ ệ क्षि ก็ 👩‍💻 👍🏽 ❤️ ☎️ 🇫🇷🇯🇵 1️⃣ 😀 🫠 👨‍👩‍👧‍👦|");
  lines.push(
    "\x1b]8;;https://example.org/a?b=c\x1b\\link \x1b[1;4:3;58:2::9:8:7mstyled link\x1b[0m more\x1b]8;;\x1b\\ none",
  );
  lines.push(
    "\x1b]8;id=x;javascript:alert(1)\x1b\\not a link\x1b]8;;\x1b\\ \x1b]8;;http://x.y/\x1b\\漢🇫🇷\x1b]8;;\x1b\\",
  );
  lines.push(`${"w".repeat(50)}漢`);
  lines.push("\x1b[41m\x1b[K back colour erase\x1b[0m");
  lines.push('\x1b[44m\x1b[10X\x1b[5Cgap\x1b[0m\x1b[1"qprotected\x1b[0"q');
  return `\x1b[2J\x1b[H${lines.join("\r\n")}`;
}
