// The REST API beside this page. The browser sends the login by itself.
import { beside } from './address.js';
import { countOn } from './format.js';

const ROOT = 'api/v1/';
const PATIENCE = 15_000;

/** What the server answers instead: status, and its problem document where there is one. 0: no answer at all. */
export class Refusal extends Error {
    constructor(status, problem) {
        super(problem?.detail ?? `HTTP ${status}`);
        this.status = status;
        this.problem = problem;
    }
}

async function send(path, options) {
    let answer;
    try {
        const headers = { Accept: 'application/json', ...options.headers };
        answer = await fetch(beside(ROOT + path), { ...options, headers, cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
    } catch (failure) {
        throw new Refusal(0, { detail: String(failure.message) });
    }
    if (answer.ok || answer.status === 304) {
        return answer;
    }
    throw new Refusal(answer.status, await answer.json().catch(() => undefined));
}

/** The header that no other site can send; what changes nothing and is not audited needs none. */
export const OWN = { 'X-Terafy-Request': '1' };

export async function get(path, headers = {}) {
    return countOn(await (await send(path, { headers })).json());
}

/** As get, with the tag of the last answer; undefined where nothing has changed. */
export async function getIfChanged(path, tags) {
    const tag = tags.get(path);
    const answer = await send(path, { headers: tag ? { 'If-None-Match': tag } : {} });
    if (answer.status === 304) {
        return undefined;
    }
    tags.set(path, answer.headers.get('ETag'));
    return countOn(await answer.json());
}

export const post = (path, body) => act('POST', path, body);

export const patch = (path, body) => act('PATCH', path, body);

async function act(method, path, body) {
    const headers = { 'Content-Type': 'application/json', ...OWN };
    return (await send(path, { method, headers, body: JSON.stringify(body) })).json();
}
