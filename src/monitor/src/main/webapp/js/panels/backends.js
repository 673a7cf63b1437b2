// Every backend of the database, by class.
import { breakable, byId, make, setChildren, setText, state } from '../dom.js';
import { grown } from '../format.js';
import { t, word } from '../text.js';
import { holderCell } from './connections.js';
import { showTable } from '../table.js';

const CLASSES = ['ours-borrowed', 'ours-idle', 'ours-outside', 'other-node', 'orphan', 'foreign'];
let chosen = null;

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

export const backendKey = (backend) => `${backend.pid} ${backend.backendStart ?? ''}`;

function user(item) {
    const name = item.user ?? '';
    return item.clientAddress
        ? make('span', {}, name, make('span', { class: 'under fixed' }, item.clientAddress))
        : name;
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
    { title: t('column.state'), cell: backendState },
    { title: t('column.unchanged'), class: 'number fixed', cell: (item) => grown(item.idleFrom) },
    { title: t('column.holder'), class: 'w2', cell: (item) => holderCell(item.borrower) },
    { title: t('column.query'), class: 'w3 query', cell: (item) => make('span', { class: 'code' }, item.query ?? '') },
];

export function showBackends(known, open, again) {
    const answer = known.backends;
    if (!answer) {
        return;
    }
    chips(answer.backends, again);
    const shown = answer.backends.filter((backend) => chosen === null || backend.class === chosen);
    showTable(byId('backends-table'), t('backends.title'), columns(open), shown, backendKey);
    byId('backends-empty').hidden = shown.length > 0;
    setText(byId('backends-empty'), t(answer.database.state === 'down' ? 'state.down' : 'backends.empty'));
    const key = answer.more || answer.matching > answer.backends.length ? 'backends.count-more' : 'backends.count';
    const counted = { count: answer.total, shown: answer.backends.length };
    setText(byId('backends-count'), answer.total === undefined ? '' : t(key, counted));
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
    setChildren(byId('backends-classes'), CLASSES.map(chip));
}
