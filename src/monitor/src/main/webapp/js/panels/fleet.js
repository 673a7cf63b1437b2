// Every pool of every node on PostgreSQL's server, and whether the server gives what they may want together.
import { byId, setText } from '../dom.js';
import { age } from '../format.js';
import { fleetFinding } from '../judgement.js';
import { t } from '../text.js';
import { showTable } from '../table.js';

const told = (value) => (value === undefined ? t('word.unknown') : String(value));

const columns = () => [
    { title: t('fleet.node'), head: true, cell: (pool) => (pool.own ? t('fleet.own', { node: pool.node }) : pool.node) },
    { title: t('fleet.pool'), cell: (pool) => pool.pool },
    { title: t('fleet.database'), class: 'w1', cell: (pool) => pool.database },
    { title: t('chart.max'), class: 'number', cell: (pool) => told(pool.max) },
    { title: t('column.connections'), class: 'number', cell: (pool) => told(pool.sessions) },
    { title: t('figure.in-use'), class: 'number w1', cell: (pool) => told(pool.inUse) },
    { title: t('figure.waiting'), class: 'number w1', cell: (pool) => told(pool.waiting) },
    { title: t('fleet.seen'), class: 'w2', cell: (pool) => (pool.seenAt ? age(pool.seenAt) : t('word.unknown')) },
];

export function showFleet(known) {
    const fleet = known.fleet;
    if (!fleet) {
        return;
    }
    showTable(byId('fleet-table'), t('fleet.title'), columns(), fleet.pools, (pool) => pool.instance);
    const { pools: count, most, available } = fleet.summary ?? {};
    setText(byId('fleet-count'), available === undefined ? '' : t('fleet.count', { count, most, available }));
    const [finding] = fleetFinding(fleet);
    byId('fleet-note').hidden = !finding;
    setText(byId('fleet-note'), finding ? t(finding.key, finding.args) : '');
}
