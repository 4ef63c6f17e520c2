// What the reader has chosen, kept in this browser. Where nothing can be kept (a private
// window), everything works and is forgotten.

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`ballast.${key}`);
  } catch {
    return null;
  }
}

export function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`ballast.${key}`);
    else localStorage.setItem(`ballast.${key}`, value);
  } catch {
    // Forgotten, then.
  }
}
