// Every pool of this server, where there is more than one: which of them to look at, and the way there.
import { bar, byId, make, setText, state } from '../dom.js';
import { judge, ofGlance } from '../judgement.js';
import { pageOf, poolName } from '../pool.js';
import { t, word } from '../text.js';
import { showTable } from '../table.js';
import { sentence } from './verdict.js';

const TONES = { good: 'calm', watch: 'watch', bad: 'bad', unknown: 'plain' };
const DATABASE = { up: 'calm', slow: 'watch', down: 'bad', unknown: 'plain' };

/** What the page knows of its own pool is more than a glance. */
function finding(glance, known) {
    if (known.silentSince) {
        return undefined;
    }
    return judge(glance.pool === poolName() && known.pool ? known : ofGlance(glance))[0];
}

function verdict(found) {
    const level = found?.level ?? 'unknown';
    const text = state(TONES[level], t(`level.${level}`));
    return found ? make('span', {}, text, make('span', { class: 'under' }, sentence(found))) : text;
}

function link({ pool }) {
    const here = pool === poolName();
    return make('a', { class: 'link', href: pageOf(pool), ...(here && { 'aria-current': 'page' }) }, pool);
}

function used({ inUse, max }) {
    return make('span', {}, t('overview.of', { used: inUse, max }), bar(inUse / max));
}

function database(glance) {
    const name = glance.database.state;
    return make(
        'span',
        {},
        state(DATABASE[name], word('database-state', name)),
        make('span', { class: 'under' }, t('overview.where', { database: glance.databaseName, host: glance.host })),
    );
}

const columns = (known) => [
    { title: t('fleet.pool'), head: true, cell: link },
    { title: t('overview.verdict'), cell: (glance) => verdict(finding(glance, known)) },
    { title: t('figure.in-use'), class: 'fixed', cell: used },
    { title: t('figure.waiting'), class: 'number', cell: (glance) => String(glance.waiting) },
    { title: t('fleet.database'), class: 'w2', cell: database },
];

export function showOverview(known) {
    const pools = known.overview?.pools ?? [];
    byId('overview').hidden = pools.length < 2 && poolName() !== undefined;
    setText(byId('overview-count'), t('overview.count', { count: pools.length }));
    showTable(byId('overview-table'), t('overview.title'), columns(known), pools, (glance) => glance.pool);
}
