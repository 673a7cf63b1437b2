// Where things are that belong to this page.

/** In full: fetch goes nowhere from an address with user and password in it, by which the page may have been opened. */
export function beside(path) {
    return new URL(path, location.origin + location.pathname).href;
}
