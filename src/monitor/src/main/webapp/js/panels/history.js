// What was ended, cancelled, flushed, shown and refused in the last 24 hours; older pages when they are asked for.
import { get } from '../api.js';
import { byId, breakable, make, setText, state } from '../dom.js';
import { clock, duration, secondsSince } from '../format.js';
import { t, word } from '../text.js';
import { showTable } from '../table.js';

export const PATH = 'history?limit=50';
const SHOWN = 24 * 3600;

const TONES = {
    done: 'calm',
    ended: 'calm',
    signalled: 'calm',
    'dry-run': 'plain',
    'gone-or-changed': 'plain',
};

let entries = new Map(); // by id: of the newest page, and of those that were asked for
let older = false; // some were
let next; // where the oldest of them goes on
let taken; // the newest page, as it was last taken in

/** The newest page again; with the pages before only while they touch, or what is between would be missing. */
function take(page) {
    if (page === taken) {
        return;
    }
    taken = page;
    if (!older || !page.entries.some((entry) => entries.has(entry.id))) {
        entries = new Map();
        older = false;
        next = page.next;
    }
    page.entries.forEach((entry) => entries.set(entry.id, entry));
}

async function more(again) {
    const page = await get(`${PATH}&before=${next}`);
    page.entries.forEach((entry) => entries.set(entry.id, entry));
    older = true;
    next = page.next;
    again();
}

const recent = (entry) => secondsSince(entry.at) < SHOWN;

function under(text, below) {
    return below ? make('span', {}, text, make('span', { class: 'under' }, ...breakable(below))) : text;
}

function what(entry) {
    const kind = word('history-kind', entry.kind);
    return under(kind, entry.kind === 'terminate' || entry.kind === 'cancel' ? undefined : entry.what);
}

function who(entry) {
    const name = entry.timer ? t('cleanup.timer') : entry.who;
    return under(name, entry.from);
}

function target({ target: backend, pids }) {
    if (pids.length > 0) {
        return make('span', { class: 'code' }, pids.join(' '));
    }
    if (!backend) {
        return '';
    }
    const age = backend.age === undefined ? '' : duration(backend.age);
    return under(String(backend.pid), [backend.user, backend.applicationName, backend.state, age].filter(Boolean).join(' · '));
}

/** A reason that was given, or the rule. */
function why(entry) {
    return entry.timer ? word('reason', entry.what.toLowerCase().replaceAll('_', '-')) : entry.why;
}

function outcome(entry) {
    const text = word('history-outcome', entry.outcome);
    const number = entry.count === undefined ? '' : ` (${entry.count})`;
    return state(TONES[entry.outcome] ?? 'watch', text + number);
}

/** All of the server, whichever pool the page is about. */
const columns = (several) => [
    { title: t('column.when'), head: true, class: 'fixed', cell: (entry) => clock(entry.at) },
    ...(several ? [{ title: t('fleet.pool'), class: 'w1', cell: (entry) => entry.pool }] : []),
    { title: t('column.what'), cell: what },
    { title: t('column.who'), class: 'w1', cell: who },
    { title: t('column.why'), class: 'w2', cell: why },
    { title: t('column.backend'), class: 'w2', cell: target },
    { title: t('column.outcome'), cell: outcome },
];

export function showHistory(known, attempt, again) {
    const page = known.operations;
    if (!page) {
        return;
    }
    take(page);
    const several = (known.overview?.pools.length ?? 1) > 1;
    const all = [...entries.values()].sort((one, other) => (one.id < other.id ? 1 : -1));
    const shown = all.filter(recent);
    showTable(byId('history-table'), t('history.title'), columns(several), shown, (entry) => entry.id);
    byId('history-empty').hidden = shown.length > 0;
    setText(byId('history-empty'), t('history.empty'));
    setText(byId('history-count'), page.durable ? '' : t('history.not-durable'));
    const button = byId('history-more');
    button.hidden = next === undefined || shown.length < all.length;
    button.onclick = () => attempt(() => more(again));
}
