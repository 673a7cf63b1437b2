// The database at a glance. What is not known is left out.
import { byId, pairs, setChildren, setText } from '../dom.js';
import { bytes, duration, number, percent } from '../format.js';
import { t } from '../text.js';

const perSecond = (rate) => (rate === undefined ? undefined : t('database.per-second', { rate: number(rate) }));

/** What the server is to others. */
function replication({ standby, replicas }) {
    return standby ? t('database.standby') : t('database.primary', { count: replicas });
}

export function showDatabase(known) {
    const answer = known.database;
    if (!answer) {
        return;
    }
    const figures = answer.figures;
    const lines = figures
        ? [
              [t('database.size'), figures.sizeBytes === undefined ? undefined : bytes(figures.sizeBytes)],
              [t('database.commits'), perSecond(figures.commitsPerSecond)],
              [t('database.rollbacks'), perSecond(figures.rollbacksPerSecond)],
              [t('database.hits'), figures.cacheHitRatio === undefined ? undefined : percent(figures.cacheHitRatio)],
              [t('database.replication'), replication(figures)],
              [t('database.lag'), figures.replicationLag === undefined ? undefined : duration(figures.replicationLag)],
          ]
        : [];
    setChildren(byId('database-pairs'), pairs(lines));
    byId('database-empty').hidden = figures !== undefined;
    setText(byId('database-empty'), t(answer.readAt ? 'database.empty' : 'state.down'));
}
