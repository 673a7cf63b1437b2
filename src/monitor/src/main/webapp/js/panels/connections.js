// The connections of the pool, and the code that holds them.
import { breakable, byId, make, setText, state } from '../dom.js';
import { age, grown, serverNow } from '../format.js';
import { t, word } from '../text.js';
import { showTable } from '../table.js';

const TONES = { idle: 'calm', 'in-use': 'busy', retired: 'plain', broken: 'bad', destroyed: 'plain' };

export function connectionState(connection) {
    return state(TONES[connection.state] ?? 'plain', word('connection-state', connection.state));
}

/** Code and deployment of a holder, the code first. */
export function holderCell(borrower) {
    if (!borrower) {
        return '';
    }
    const { name, rest } = split(borrower.location ?? borrower.thread);
    return make(
        'span',
        {},
        make('span', { class: 'code' }, ...breakable(name)),
        make('span', { class: 'under' }, borrower.deployment ?? '', make('span', { class: 'package w2' }, ...breakable(rest))),
    );
}

/** com.example.PatientRepository:42 is PatientRepository:42 in com.example. */
function split(location) {
    const dot = location.lastIndexOf('.');
    return dot < 0 || !location.includes(':')
        ? { name: location, rest: '' }
        : { name: location.slice(dot + 1), rest: location.slice(0, dot) };
}

function since(connection) {
    return connection.borrower ? age(connection.borrower.since) : grown(connection.idleFrom);
}

function transaction(connection) {
    return connection.borrower ? t(connection.borrower.inTransaction ? 'word.open' : 'word.none') : '';
}

const columns = (open) => [
    {
        title: t('column.connection'),
        head: true,
        class: 'fixed',
        cell: (item) => make('button', { type: 'button', class: 'link', onclick: () => open(item.id) }, `#${item.id}`),
    },
    { title: t('column.state'), class: 'fixed', cell: connectionState },
    { title: t('column.holder'), cell: (item) => holderCell(item.borrower) },
    { title: t('column.since'), class: 'number', cell: since },
    { title: t('column.transaction'), class: 'w2', cell: transaction },
    { title: t('column.thread'), class: 'w3', cell: (item) => item.borrower?.thread ?? '' },
    { title: t('column.backend'), class: 'number w1', cell: (item) => String(item.backendPid) },
    { title: t('column.borrowed'), class: 'number w2', cell: (item) => String(item.timesBorrowed) },
    { title: t('column.age'), class: 'number fixed w3', cell: (item) => age(item.created) },
];

function longestHeldFirst(one, other) {
    const held = (connection) => (connection.borrower ? serverNow() - Date.parse(connection.borrower.since) : -1);
    return held(other) - held(one) || one.id - other.id;
}

export function showConnections(known, open) {
    const answer = known.connections;
    if (!answer) {
        return;
    }
    const sorted = [...answer.connections].sort(longestHeldFirst);
    showTable(byId('connections-table'), t('connections.title'), columns(open), sorted, (item) => item.id);
    byId('connections-empty').hidden = sorted.length > 0;
    setText(byId('connections-empty'), t('connections.empty'));
    setText(byId('connections-count'), t('connections.count', { count: answer.total }));
}
