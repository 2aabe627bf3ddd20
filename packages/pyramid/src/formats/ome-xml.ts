/**
 * What stands between `<` and `>`, one after the other. Descriptions are as long as their writer likes: this reads each
 * letter once, and no expression is let loose on all of them.
 */
export function* tagsOf(xml: string): Generator<string, void> {
  for (let start = xml.indexOf("<"); start >= 0; ) {
    const end = xml.indexOf(">", start);
    if (end < 0) return;
    yield xml.slice(start + 1, end);
    start = xml.indexOf("<", end);
  }
}

/** As far as any name is looked for. */
const longestName = 100;

/** Of a tag, without the prefix of its namespace: `Channel` of `ome:Channel ID="1"`, `/Image` of `/ome:Image`. */
export function nameOf(tag: string): string {
  const [word = ""] = tag.slice(0, longestName).split(/[\s/]/, 1);
  if (word !== "" || !tag.startsWith("/")) return word.slice(word.indexOf(":") + 1);
  return `/${nameOf(tag.slice(1, longestName))}`;
}

/** The value of the first attribute of this name. */
export function attributeOf(text: string, name: string): string | undefined {
  const before = `${name}="`;
  for (let at = text.indexOf(before); at >= 0; at = text.indexOf(before, at + before.length)) {
    const end = text.indexOf('"', at + before.length);
    if (end < 0) return undefined;
    if (!/\w/.test(text.charAt(at - 1))) return text.slice(at + before.length, end);
  }
  return undefined;
}
