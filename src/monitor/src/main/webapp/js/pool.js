// Which pool the page is about: that of its address, ?pool=NAME, or the server's first one.

export const wanted = new URLSearchParams(location.search).get('pool') ?? undefined;

let name;
let first;

/** Takes it from the names of those that there are, the first one first; undefined if the address names another. */
export function choose(names) {
    first = names[0];
    name = wanted === undefined ? first : names.find((candidate) => candidate === wanted);
    return name;
}

export const poolName = () => name;

/** The path of something that the API has for each pool. */
export const poolPath = (rest = '') => `pools/${encodeURIComponent(name)}${rest}`;

/** The same question about this pool; without a name the API answers it about the first one. */
export function ofPool(path) {
    return name === first ? path : `${path}${path.includes('?') ? '&' : '?'}pool=${encodeURIComponent(name)}`;
}

/** The address of this page for a pool. */
export const pageOf = (pool) => (pool === first ? location.pathname : `?pool=${encodeURIComponent(pool)}`);
