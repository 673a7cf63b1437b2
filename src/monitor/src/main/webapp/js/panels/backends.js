// Every backend of the database, by class.
import { breakable, byId, make, setText, state, updateChildren } from '../dom.js';
import { grown } from '../format.js';
import { t, word } from '../text.js';
import { holderCell } from './connections.js';
import { showTable } from '../table.js';

const CLASSES = ['ours-borrowed', 'ours-idle', 'ours-outside', 'other-node', 'orphan', 'foreign'];
let chosen = null;
let wanted = []; // words of the search, in lower case

function tone(text) {
    if (text === 'active' || text === 'fastpath function call') {
        return 'busy';
    }
    return text?.startsWith('idle in transaction') ? 'watch' : 'calm';
}

/** The state in PostgreSQL's own words: that is what people search for. */
export function backendState(backend) {
    if (!backend.seen) {
        return state('plain', t('backends.not-seen'));
    }
    return backend.state ? state(tone(backend.state), backend.state) : state('plain', t('backends.hidden'));
}

/** With what it waits for below. */
function stateAndWait(backend) {
    return backend.waitEvent
        ? make('span', {}, backendState(backend), make('span', { class: 'under wait' }, backend.waitEvent))
        : backendState(backend);
}

export const backendKey = (backend) => `${backend.pid} ${backend.backendStart ?? ''}`;

function user(item) {
    const name = item.user ?? '';
    return item.clientAddress
        ? make('span', {}, name, make('span', { class: 'under fixed' }, item.clientAddress))
        : name;
}

/** What the list says of a backend, as one text. */
function shownText(item) {
    const { location, thread, deployment } = item.borrower ?? {};
    return [item.pid, word('class', item.class), item.user, item.clientAddress, item.applicationName, item.state, item.waitEvent, location, thread, deployment, item.query]
        .filter((part) => part !== undefined)
        .join('\n')
        .toLowerCase();
}

function isWanted(item) {
    const text = wanted.length > 0 ? shownText(item) : '';
    return wanted.every((part) => text.includes(part));
}

/** The search: every word must be there. A slash anywhere outside a field goes to it. */
export function listenToSearch(again) {
    const field = byId('backends-search');
    field.addEventListener('input', () => {
        wanted = field.value.toLowerCase().split(/\s+/).filter((part) => part !== '');
        again();
        setText(byId('announced'), byId('backends-count').textContent);
    });
    document.addEventListener('keydown', (event) => {
        const elsewhere = !event.target.closest('input, textarea, select, dialog');
        if (event.key === '/' && elsewhere && !event.ctrlKey && !event.altKey && !event.metaKey) {
            event.preventDefault();
            field.focus();
        }
    });
}

/** The mark stands before the text, whose end the column cuts off as well. */
function query(item) {
    const mark = make('abbr', { class: 'cut', title: t('detail.query-cut') }, t('backends.cut'));
    return make('span', { class: 'code' }, ...(item.queryCut ? [mark, ' '] : []), item.query ?? '');
}

const columns = (open) => [
    {
        title: t('column.backend'),
        head: true,
        class: 'fixed',
        cell: (item) =>
            make('button', { type: 'button', class: 'link', onclick: () => open(backendKey(item)) }, String(item.pid)),
    },
    { title: t('column.class'), class: 'w1 fixed', cell: (item) => word('class', item.class) },
    { title: t('column.user'), class: 'w2', cell: user },
    { title: t('column.application'), class: 'w2', cell: (item) => make('span', { class: 'code' }, ...breakable(item.applicationName)) },
    { title: t('column.state'), cell: stateAndWait },
    { title: t('column.unchanged'), class: 'number fixed', cell: (item) => grown(item.idleFrom) },
    { title: t('column.query-age'), class: 'number fixed w1', cell: (item) => grown(item.queryAgeFrom) },
    { title: t('column.holder'), class: 'w2', cell: (item) => holderCell(item.borrower) },
    { title: t('column.query'), class: 'w3 query', cell: query },
];

export function showBackends(known, open, again) {
    const answer = known.backends;
    if (!answer) {
        return;
    }
    chips(answer.backends, again);
    byId('backends-search').placeholder = t('backends.search');
    const shown = answer.backends.filter((backend) => (chosen === null || backend.class === chosen) && isWanted(backend));
    showTable(byId('backends-table'), t('backends.title'), columns(open), shown, backendKey);
    byId('backends-empty').hidden = shown.length > 0;
    setText(byId('backends-empty'), t(empty(answer)));
    setText(byId('backends-count'), answer.total === undefined ? '' : counted(answer, shown.length));
}

function empty(answer) {
    if (answer.database.state === 'down') {
        return 'state.down';
    }
    return wanted.length > 0 ? 'backends.not-found' : 'backends.empty';
}

function counted(answer, found) {
    if (wanted.length > 0) {
        return t('backends.found', { count: found, of: answer.backends.length });
    }
    const key = answer.more || answer.matching > answer.backends.length ? 'backends.count-more' : 'backends.count';
    return t(key, { count: answer.total, shown: answer.backends.length });
}

/** The backends by class are the filter, too. */
function chips(backends, again) {
    const count = (name) => backends.filter((backend) => backend.class === name).length;
    const choose = (name) => () => {
        chosen = chosen === name ? null : name;
        again();
        byId('backends-classes').querySelector(`[data-class="${name}"]`).focus();
    };
    const chip = (name) =>
        make(
            'button',
            {
                type: 'button',
                class: 'chip',
                'aria-pressed': String(chosen === name),
                onclick: choose(name),
                data: { class: name },
            },
            `${word('class', name)} `,
            make('b', {}, String(count(name))),
        );
    updateChildren(byId('backends-classes'), CLASSES.map(chip));
}
