/** Words apart by blanks; quotes hold one together, and a backslash takes the next character as it is. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  const pattern = /"((?:[^"\\]|\\[^])*)"|'([^']*)'|((?:[^\s"'\\]|\\[^])+)/g;
  let end = -1;
  for (const match of text.matchAll(pattern)) {
    const word = match[2] ?? (match[1] ?? match[3] ?? "").replace(/\\([^])/g, "$1");
    // Quoted and unquoted parts without a blank between them are one word.
    if (match.index === end) words[words.length - 1] += word;
    else words.push(word);
    end = match.index + match[0].length;
  }
  return words;
}
