// What an operator may do: first what will be hit, then why, then done. Those who may only read never get here.
import { Refusal, get, patch, post } from './api.js';
import { byId, make, setText } from './dom.js';
import { byReason } from './panels/cleanup.js';
import { backendPairs } from './detail.js';
import { ofPool } from './pool.js';
import { t, word } from './text.js';

let current; // the action of the open dialog, if one is open
let again = () => {};

/** Calls back after each action, so that the page shows what came of it. */
export function onDone(listener) {
    again = listener;
}

export function button(key, act) {
    return make('button', { type: 'button', class: 'button', data: { action: key }, onclick: act }, t(`action.${key}`));
}

/** The backend as it is now; without more than its name where it cannot be seen. */
async function look(pid, backendStart) {
    try {
        const { backend } = await get(ofPool(`backends/${pid}`));
        return backend.backendStart === backendStart ? backend : { pid, backendStart };
    } catch (refusal) {
        if (refusal instanceof Refusal && [404, 503].includes(refusal.status)) {
            return { pid, backendStart };
        }
        throw refusal;
    }
}

/**
 * Cancels or terminates a backend; kind is the last part of the API's path. What the dialog shows of it goes along: where
 * it does something else by now nothing is done, the dialog shows what, and who presses again has seen that.
 */
export function backendAction(kind, { pid, backendStart }) {
    let seen = {};
    const find = async () => {
        const found = await look(pid, backendStart);
        seen = { ...(found.queryStart && { queryStart: found.queryStart }), ...(found.state && { state: found.state }) };
        return make('dl', { class: 'pairs' }, ...backendPairs(found));
    };
    let confirmed = false;
    const run = async (reason) => {
        try {
            return await post(ofPool(`backends/${pid}/${kind}`), { backendStart, ...seen, reason, ...(confirmed && { confirmed }) });
        } catch (refusal) {
            confirmed = refusal.problem?.code === 'backend-needs-confirmation'; // who presses again has read it
            throw refusal;
        }
    };
    open({
        key: kind,
        args: { pid },
        grave: kind === 'terminate',
        preview: find,
        run,
        done: (answer) => t(`done.${kind}`, { pid, outcome: word('outcome', answer.outcome) }),
    });
}

const MODES = ['idle', 'gracefully', 'all'];

export function flushAction(pool) {
    let mode = 'idle';
    const find = async () => {
        const { connections } = await get(`pools/${encodeURIComponent(pool)}/connections?limit=1000`);
        const hit = connections.filter((connection) => mode !== 'idle' || connection.state === 'idle');
        return list(
            t('preview.connections', { count: hit.length }),
            hit.map((connection) => {
                const where = connection.borrower?.location ?? connection.borrower?.thread;
                return `#${connection.id} · ${word('connection-state', connection.state)}${where ? ` · ${where}` : ''}`;
            }),
        );
    };
    const choose = (name) => {
        mode = name;
        byId('action-confirm').classList.toggle('grave', mode === 'all');
        preview();
    };
    open({
        key: 'flush',
        args: { pool },
        choice: choices(choose),
        preview: find,
        run: (reason) => post(`pools/${encodeURIComponent(pool)}/flush`, { mode, reason }),
        done: (answer) => t('done.flush', { count: answer.connections }),
    });
}

function choices(choose) {
    const option = (name, index) => {
        const input = make('input', { type: 'radio', name: 'mode', value: name, onchange: () => choose(name) });
        input.checked = index === 0;
        return make('label', {}, input, t(`flush.${name}`));
    };
    return make('fieldset', {}, make('legend', {}, t('flush.which')), ...MODES.map(option));
}

/** Pauses or resumes the pool; kind is the last part of the API's path. */
export function pauseAction(kind, pool) {
    const path = `pools/${encodeURIComponent(pool)}`;
    const find = async () => {
        const { statistics } = await get(path);
        const numbers = { inUse: statistics.inUse, idle: statistics.idle, waiting: statistics.waiting };
        return t('preview.pool', numbers);
    };
    open({
        key: kind,
        args: { pool },
        grave: kind === 'pause',
        preview: find,
        run: (reason) => post(`${path}/${kind}`, { reason }),
        done: (answer) => t(answer.paused ? 'done.paused' : 'done.resumed'),
    });
}

/** What can be changed while the pool runs, in the order of the dialog; the API knows the same. */
const CHANGEABLE = [
    'DB_POOL_MIN',
    'DB_POOL_MAX',
    'DB_POOL_IDLE_TIMEOUT',
    'DB_POOL_MAX_LIFETIME',
    'DB_POOL_LEAK_THRESHOLD',
    'DB_POOL_ACQUIRE_TIMEOUT',
    'DB_CLEANUP_DRY_RUN',
];

/** Changes settings until the next start; only those that were touched are sent. */
export function settingsAction({ name: pool, settings }) {
    const path = `pools/${encodeURIComponent(pool)}`;
    const inputs = CHANGEABLE.map((name) =>
        make('input', { name, value: settings[name], required: '', maxlength: 20, autocomplete: 'off', oninput: () => preview() }),
    );
    const touched = () => inputs.filter((input) => input.value.trim() !== input.defaultValue);
    const find = async () => {
        const now = (await get(path)).settings;
        const lines = touched().map(({ name, value }) => `${name}: ${now[name]} → ${value.trim()}`);
        return lines.length > 0 ? list(t('preview.settings', { count: lines.length }), lines) : undefined;
    };
    const fields = inputs.map((input) => make('label', { class: 'field' }, make('span', { class: 'code' }, input.name), input));
    open({
        key: 'settings',
        args: { pool },
        choice: make('fieldset', {}, make('legend', {}, t('settings.title')), ...fields),
        preview: find,
        run: (reason) => {
            const wanted = touched().map(({ name, value }) => [name, value.trim()]);
            return patch(`${path}/settings`, { ...Object.fromEntries(wanted), reason });
        },
        done: (answer) => t('done.settings', { count: Object.keys(answer.changed).length }),
    });
}

export function cleanupAction() {
    const find = async () => {
        const plan = await get(ofPool('cleanup/plan'));
        const chosen = plan.report.verdicts.filter((verdict) => ENDS.includes(verdict.reason));
        const spared = plan.report.verdicts.filter((verdict) => !ENDS.includes(verdict.reason));
        const line = (verdict) => `${verdict.pid} · ${verdict.user ?? ''} · ${verdict.applicationName} · ${word('reason', verdict.reason)}`;
        return make(
            'div',
            {},
            list(t('preview.ended', { count: plan.chosen }), chosen.map(line)),
            list(
                t('preview.spared', { count: spared.length }),
                byReason(spared).map(({ reason, count }) => `${count} · ${word('reason', reason)}`),
            ),
        );
    };
    open({
        key: 'cleanup',
        args: {},
        grave: true,
        preview: find,
        run: (reason) => post(ofPool('cleanup/run'), { reason }),
        done: (answer) => t('done.cleanup', { chosen: answer.chosen, ended: answer.ended }),
    });
}

const ENDS = ['orphan', 'idle', 'idle-in-transaction'];

function list(title, lines) {
    return make('div', {}, make('p', {}, title), make('ul', { class: 'quiet' }, ...lines.map((line) => make('li', {}, line))));
}

function open(action) {
    current = action;
    setText(byId('action-title'), t(`action.${action.key}-title`, action.args));
    setText(byId('action-about'), t(`action.${action.key}-about`, action.args));
    setText(byId('action-confirm'), t(`action.${action.key}-confirm`, action.args));
    byId('action-confirm').classList.toggle('grave', action.grave === true);
    byId('action-choice').replaceChildren(...(action.choice ? [action.choice] : []));
    byId('action-reason').value = '';
    setText(byId('action-problem'), '');
    byId('action').showModal();
    byId('action-reason').focus();
    preview();
}

let looks = 0;
let previewed = false; // the preview is there, and is of something

/** What will be hit, asked for now; nothing can be confirmed before it is there, nor where it is nothing. */
async function preview() {
    const look = ++looks; // of two that overlap the later one counts
    previewed = false;
    byId('action-confirm').disabled = true;
    byId('action-preview').replaceChildren(t('page.loading'));
    try {
        const found = await current.preview();
        if (look === looks) {
            byId('action-preview').replaceChildren(found ?? t('preview.nothing'));
            previewed = found !== undefined;
            byId('action-confirm').disabled = !previewed;
        }
    } catch (refusal) {
        if (look === looks) {
            byId('action-preview').replaceChildren(said(refusal));
        }
    }
}

function said(refusal) {
    const code = refusal.problem?.code;
    const reference = refusal.problem?.reference;
    const text = code ? `${word('problem', code)} ${refusal.problem.detail}` : t('problem.no-answer');
    return reference ? `${text} (${reference})` : text;
}

/** Does it, and says so if it is refused. */
export async function attempt(work) {
    try {
        await work();
    } catch (refusal) {
        toast(said(refusal));
    }
}

async function confirm(event) {
    event.preventDefault();
    const action = current;
    byId('action-confirm').disabled = true;
    setText(byId('action-problem'), '');
    try {
        const answer = await action.run(byId('action-reason').value.trim());
        if (action === current) {
            byId('action').close();
        }
        toast(action.done(answer));
        again();
    } catch (refusal) {
        if (action !== current) {
            toast(said(refusal)); // the dialog is closed, or another action's
            return;
        }
        setText(byId('action-problem'), said(refusal));
        byId('action-confirm').disabled = !previewed;
        if (refusal.problem?.code === 'backend-changed') {
            preview();
        }
    }
}

let fading;

/** In the open dialog, if there is one: what lies below is neither seen nor heard. */
function toast(text) {
    const note = byId('toast');
    clearTimeout(fading);
    (document.querySelector('dialog[open]') ?? document.body).append(note);
    note.hidden = false;
    setText(note, text);
    fading = setTimeout(() => {
        note.hidden = true;
        setText(note, '');
    }, 8000);
}

byId('action-form').addEventListener('submit', confirm);
byId('action').addEventListener('close', () => {
    current = undefined;
});
