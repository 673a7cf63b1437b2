// One connection, or one backend that is no connection of the pool: what both sides know of it.
import { byId, make, pairs, setText, updateChildren } from './dom.js';
import { OWN, get } from './api.js';
import { age, clock, duration, grown } from './format.js';
import { ofPool } from './pool.js';
import { t, word } from './text.js';
import { backendKey, backendState } from './panels/backends.js';
import { connectionState } from './panels/connections.js';

let shown = null; // { id } of a connection or { key } of a backend
let full = null; // { of, text } of the query that was asked for in full

export function openConnection(id, again) {
    open({ id }, again);
}

export function openBackend(known, key, again) {
    const backend = known.backends?.backends.find((candidate) => backendKey(candidate) === key);
    open(backend?.connection === undefined ? { key } : { id: backend.connection }, again);
}

function open(what, again) {
    shown = what;
    again();
    if (!byId('detail').open) {
        byId('detail').showModal();
    }
}

/** Writes the dialog again; what it shows may have ended meanwhile. */
export function showDetail(known, actions) {
    if (shown === null) {
        return;
    }
    const connection = known.connections?.connections.find((candidate) => candidate.id === shown.id);
    const backend = known.backends?.backends.find((candidate) =>
        shown.key ? backendKey(candidate) === shown.key : candidate.connection === shown.id,
    );
    const title = shown.id === undefined
        ? t('detail.backend', { pid: shown.key.split(' ')[0] })
        : t('detail.connection', { id: shown.id });
    setText(byId('detail-title'), title);
    updateChildren(byId('detail-body'), [...connectionPart(connection), ...backendPart(backend, connection)]);
    const target = backend?.backendStart ? backend : connection && ours(connection);
    actions(target);
}

function ours({ backendPid, backendStart }) {
    return { pid: backendPid, backendStart };
}

function connectionPart(connection) {
    if (shown.id === undefined) {
        return [];
    }
    if (!connection) {
        return [make('p', { class: 'empty' }, t('detail.gone'))];
    }
    const { borrower } = connection;
    const held = borrower && [
        [t('column.holder'), borrower.location ?? t('word.unknown')],
        [t('detail.deployment'), borrower.deployment],
        [t('column.thread'), borrower.thread],
        [t('column.since'), `${age(borrower.since)} · ${clock(borrower.since)}`],
        [t('column.transaction'), t(borrower.inTransaction ? 'word.open' : 'word.none')],
    ];
    const own = [
        [t('column.state'), connectionState(connection)],
        [t('detail.created'), `${clock(connection.created)} · ${age(connection.created)}`],
        [t('column.borrowed'), String(connection.timesBorrowed)],
        [t('detail.busy'), borrower ? grown(connection.busyFrom) : duration(connection.busy)],
        [t('detail.idle'), borrower ? undefined : grown(connection.idleFrom)],
        [t('detail.returned'), connection.lastReturned && clock(connection.lastReturned)],
    ];
    return [
        make('h3', {}, t('detail.pool')),
        make('dl', { class: 'pairs' }, ...pairs(own)),
        ...(held ? [make('h3', {}, t('detail.holder')), make('dl', { class: 'pairs' }, ...pairs(held))] : []),
        ...(borrower?.stack ? [make('h3', {}, t('detail.stack')), make('pre', { tabindex: '0' }, borrower.stack)] : []),
    ];
}

/** What PostgreSQL says of a backend. */
export function backendPairs(backend) {
    return pairs([
        [t('column.backend'), String(backend.pid)],
        [t('detail.start'), backend.backendStart && clock(backend.backendStart)],
        [t('column.class'), backend.class && word('class', backend.class)],
        [t('column.user'), backend.user],
        [t('column.application'), backend.applicationName],
        [t('column.client'), backend.clientAddress],
        [t('column.state'), backend.seen === undefined ? undefined : backendState(backend)],
        [t('column.unchanged'), grown(backend.idleFrom)],
        [t('detail.transaction-start'), backend.transactionStart && clock(backend.transactionStart)],
        [t('column.query-age'), grown(backend.queryAgeFrom)],
        [t('detail.wait'), backend.waitEvent],
        [t('column.holder'), backend.borrower?.location],
    ]);
}

/** A query and not the next one of that backend. */
const queryKey = (backend) => `${backendKey(backend)} ${backend.queryStart ?? ''}`;

function queryPart(backend) {
    if (!backend.query) {
        return [];
    }
    const told = full?.of === queryKey(backend);
    return [
        make('h3', {}, t('column.query')),
        make('pre', { tabindex: '0' }, told ? full.text : backend.query),
        ...(backend.queryCut ? [make('p', { class: 'quiet' }, t('detail.query-cut'))] : []),
        ...(told ? [make('p', { class: 'quiet' }, t('detail.query-audited'))] : []),
    ];
}

/** Asks for the text with its values: needs the role terafy-query, and is audited. */
export async function askInFull({ pid, backendStart }, again) {
    const { backend } = await get(ofPool(`backends/${pid}?query=full`), OWN);
    full = backend.backendStart === backendStart ? { of: queryKey(backend), text: backend.query ?? '' } : null;
    again();
}

function backendPart(backend, connection) {
    const heading = make('h3', {}, 'PostgreSQL');
    if (!backend) {
        const known = connection && make('dl', { class: 'pairs' }, ...backendPairs(ours(connection)));
        return [heading, known ?? make('p', { class: 'empty' }, t('detail.gone'))];
    }
    return [heading, make('dl', { class: 'pairs' }, ...backendPairs(connection ? { ...backend, borrower: undefined } : backend)), ...queryPart(backend)];
}

export function closeDetail() {
    byId('detail').close();
}

byId('detail').addEventListener('close', () => {
    shown = null;
    full = null;
});
