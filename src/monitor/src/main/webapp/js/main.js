// Start reading here: who looks, what is asked how often, and what is shown where.
import { Refusal, get } from './api.js';
import * as actions from './actions.js';
import { showChart } from './chart.js';
import { askInFull, closeDetail, openBackend, openConnection, showDetail } from './detail.js';
import { byId, make, setChildren, setText } from './dom.js';
import { age, clock, serverNow, setServerTime } from './format.js';
import { listenToSearch, showBackends } from './panels/backends.js';
import { showCleanup } from './panels/cleanup.js';
import { showConnections } from './panels/connections.js';
import { showDatabase } from './panels/database.js';
import { showFleet } from './panels/fleet.js';
import { showGaps } from './panels/gaps.js';
import { PATH as HISTORY, showHistory } from './panels/history.js';
import { showLocks } from './panels/locks.js';
import { showOverview } from './panels/overview.js';
import { showSettings } from './panels/settings.js';
import { showUsers } from './panels/users.js';
import { showFigures, showSlots, showVerdict } from './panels/verdict.js';
import { Polling } from './polling.js';
import { choose, ofPool, poolName, poolPath, wanted } from './pool.js';
import { speak, switchLanguage, t } from './text.js';

const OPERATOR = 'terafy-operator';
const QUERY = 'terafy-query';
const THEMES = ['system', 'light', 'dark'];

/** All that is known: the last answer of each feed by its name, me, and since when there is no answer. */
const known = {};
let operator = false;
let asked = false; // a drawing is under way

const polling = new Polling({
    answered(name, data) {
        if (data) {
            known[name] = data;
            if (name === 'pool') {
                setServerTime(data.at);
            }
        }
        if (name === 'pool') {
            known.silentSince = undefined;
            known.answeredAt = now();
        }
        draw();
    },
    failed(name, refusal) {
        if (refusal.status === 401) {
            stop('stopped', t('stopped.session'), true);
        } else if (refusal.status === 403) {
            stop('refused', t('stopped.role'), false);
        } else if (name === 'pool' && refusal.problem?.code === 'not-found') {
            noSuchPool();
        } else if (name === 'pool') {
            known.silentSince ??= known.answeredAt ?? now();
            draw();
        }
    },
});

const now = () => new Date(serverNow()).toISOString();

/** No more asking; says why. */
function stop(phase, text, again) {
    polling.stop();
    document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
    document.body.dataset.phase = phase;
    byId('overview').hidden = true;
    const note = byId('stopped');
    const reload = make('button', { type: 'button', class: 'button', onclick: () => location.reload() }, t('stopped.again'));
    note.replaceChildren(text, ...(again ? [reload] : []));
    note.hidden = false;
    byId('content').focus();
}

/** It has never run, or runs no more: says so, and which there are. */
async function noSuchPool() {
    const name = wanted ?? poolName();
    stop('stopped', t('stopped.pool', { name }), false);
    choose([]);
    known.overview = await get('overview').catch(() => known.overview);
    showOverview(known);
}

function draw() {
    if (!asked) {
        asked = true;
        requestAnimationFrame(() => {
            asked = false;
            if (document.body.dataset.phase === 'stopped' || document.body.dataset.phase === 'refused') {
                return;
            }
            drawAll();
        });
    }
}

function drawAll() {
    if (known.pool) {
        document.body.dataset.phase = 'live';
    }
    header();
    if (operator) {
        poolButtons();
    }
    showOverview(known);
    showVerdict(known);
    showSlots(known);
    showFigures(known);
    if (known.history) {
        showChart(known.history.samples, known.pool?.statistics.max ?? 0);
    }
    showCleanup(known);
    showConnections(known, (id) => openConnection(id, drawAll));
    showLocks(known, (key) => openBackend(known, key, drawAll));
    showDatabase(known);
    showUsers(known);
    showFleet(known);
    showBackends(known, (key) => openBackend(known, key, drawAll), drawAll);
    showHistory(known, actions.attempt, draw);
    showGaps(known);
    showSettings(known);
    showDetail(known, detailActions);
}

function header() {
    setText(byId('pool-name'), poolName() ?? '');
    const tag = known.pool?.tag;
    setText(byId('pool-where'), tag ? t('page.where', { node: tag.node, instance: tag.instance }) : '');
    setText(byId('live'), known.answeredAt ? t('page.read', { at: clock(known.answeredAt), age: age(known.answeredAt) }) : '');
    setText(byId('who'), known.me?.name ?? '');
    setText(byId('language'), t('page.language'));
    setText(byId('theme'), t(`theme.${theme()}`));
    byId('theme').setAttribute('aria-label', t('theme.label', { name: t(`theme.${theme()}`) }));
}

function detailActions(target) {
    const buttons = operator && target
        ? ['cancel', 'terminate'].map((kind) =>
              actions.button(kind, () => {
                  closeDetail();
                  actions.backendAction(kind, target);
              }),
          )
        : [];
    if (target?.query && known.me.roles.includes(QUERY)) {
        buttons.push(actions.button('query', () => actions.attempt(() => askInFull(target, draw))));
    }
    setChildren(byId('detail-actions'), buttons, `${buttons.length} ${target?.pid} ${target?.backendStart} ${t('action.cancel')}`);
}

function operatorButtons() {
    if (operator) {
        poolButtons();
        byId('cleanup-actions').replaceChildren(actions.button('cleanup', actions.cleanupAction));
        byId('settings-actions').replaceChildren(
            actions.button('settings', () => known.pool && actions.settingsAction(known.pool)),
        );
    }
}

/** Again whenever the pool is paused or resumed. */
function poolButtons() {
    const kind = known.pool?.paused ? 'resume' : 'pause';
    const buttons = [
        actions.button('flush', () => known.pool && actions.flushAction(known.pool.name)),
        actions.button(kind, () => known.pool && actions.pauseAction(kind, known.pool.name)),
    ];
    setChildren(byId('connections-actions'), buttons);
}

function theme() {
    return document.documentElement.dataset.theme ?? 'system';
}

function nextTheme() {
    const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
    if (next === 'system') {
        delete document.documentElement.dataset.theme;
    } else {
        document.documentElement.dataset.theme = next;
    }
    try {
        localStorage.setItem('terafy.theme', next);
    } catch {
        // nothing kept
    }
    draw();
}

async function otherLanguage() {
    await switchLanguage();
    operatorButtons();
    drawAll();
}

function listen() {
    byId('theme').addEventListener('click', nextTheme);
    byId('language').addEventListener('click', otherLanguage);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
    for (const close of document.querySelectorAll('[data-close]')) {
        close.addEventListener('click', () => close.closest('dialog').close());
    }
    listenToSearch(drawAll);
    actions.onDone(() => polling.now());
    setInterval(draw, 1000); // ages go on between two answers
}

async function start() {
    await speak();
    draw();
    listen();
    try {
        known.me = await get('me');
        known.overview = await get('overview');
        setServerTime(known.overview.at);
        if (choose(known.overview.pools.map((glance) => glance.pool)) === undefined) {
            noSuchPool();
            return;
        }
        follow();
    } catch (refusal) {
        if (!(refusal instanceof Refusal) || (refusal.status !== 401 && refusal.status !== 403)) {
            known.silentSince = now();
            setTimeout(() => location.reload(), 10_000);
            draw();
            return;
        }
        stop(...(refusal.status === 401 ? ['stopped', t('stopped.session'), true] : ['refused', t('stopped.role'), false]));
    }
}

function follow() {
    operator = known.me.roles.includes(OPERATOR);
    operatorButtons();
    polling.add('pool', poolPath(), 2);
    polling.add('connections', poolPath('/connections?limit=1000'), 2);
    polling.add('history', poolPath('/history'), 5);
    polling.add('backends', ofPool('backends?limit=1000'), 4);
    polling.add('locks', ofPool('locks'), 4);
    polling.add('summary', ofPool('summary'), 4);
    polling.add('database', ofPool('database'), 5);
    polling.add('fleet', ofPool('fleet'), 5);
    polling.add('gaps', ofPool('truth-gap'), 4);
    polling.add('cleanup', ofPool('cleanup'), 5);
    polling.add('operations', HISTORY, 5);
    polling.add('overview', 'overview', 4);
    polling.now();
}

start();
