// The statements that were run at this screen, the newest first. Kept in the browser.

const KEY = 'varve.sql';
const MOST = 30;

export function past(): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? list.filter((text): text is string => typeof text === 'string') : [];
  } catch {
    return [];
  }
}

export function keepStatement(sql: string): void {
  const list = [sql, ...past().filter((other) => other !== sql)].slice(0, MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    // Without storage there is no list.
  }
}
