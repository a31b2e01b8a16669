/** A value that survives a reload of this tab, and no longer: JSON in sessionStorage. */
export class Stored {
  constructor(name, fallback) {
    this.name = `martlet.${name}`;
    this.fallback = fallback;
  }

  /** What was written last, or the fallback. */
  read() {
    return tried(() => JSON.parse(sessionStorage.getItem(this.name))) ?? this.fallback;
  }

  /** Keeps the value. */
  write(value) {
    tried(() => sessionStorage.setItem(this.name, JSON.stringify(value)));
  }
}

/** The page goes on where a storage is full or forbidden. */
export function tried(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
