// Tag names as paths, and globs over them. A name is split at "/"; a backslash takes the meaning
// from the character after it, in names ("A\/B" is one level) as in globs.

/** `Boiler 1/Steam/Pressure` → its levels, each with its backslashes taken out. */
export function splitPath(tag: string): string[] {
  const levels: string[] = [];
  let level = '';
  for (let i = 0; i < tag.length; i++) {
    const c = tag[i];
    if (c === '\\' && i + 1 < tag.length && '*?[/\\'.includes(tag[i + 1])) level += tag[++i];
    else if (c === '/') {
      levels.push(level);
      level = '';
    } else level += c;
  }
  levels.push(level);
  return levels;
}

/** The other way of splitPath. */
export function joinPath(levels: string[]): string {
  return levels.map((level) => level.replace(/[\\/]/g, (c) => `\\${c}`)).join('/');
}

/** A glob that matches exactly this name. What is escaped in the name stays as it is. */
export function globEscape(name: string): string {
  return name.replace(/\\.|[*?[]/gs, (text) => (text.length > 1 ? text : `\\${text}`));
}

/** A glob for all points below a branch. */
export function globBelow(path: string): string {
  return path === '' ? '*' : `${globEscape(path)}/**`;
}

/** Lower case, for searching. */
export function folded(text: string): string {
  return text.toLocaleLowerCase();
}

/** Whether each blank-separated word of `words` occurs in the folded name. */
export function matchesWords(foldedName: string, words: string[]): boolean {
  for (const word of words) if (!foldedName.includes(word)) return false;
  return true;
}

/** The words of a search box, folded. */
export function searchWords(text: string): string[] {
  return folded(text).split(/\s+/).filter((word) => word !== '');
}
