// Is the pool well? Pure: what is known → findings, the gravest first.
import { secondsSince, setting } from './format.js';

const GRAVITY = ['bad', 'watch', 'good'];
const NEARLY_FULL = 0.9;

/** Findings of { level, key, args }; the first is the headline. Empty while nothing is known. */
export function judge(known) {
    if (!known.pool) {
        return [];
    }
    const { statistics } = known.pool;
    const found = [
        ...database(known.pool.database),
        ...paused(known.pool, statistics),
        ...capacity(statistics, known.history?.samples ?? []),
        ...logins(statistics, known.history?.samples ?? []),
        ...lease(known.pool?.lease),
        ...holders(known),
        ...server(known.summary?.server),
        ...fleetFinding(known.fleet),
        ...troubles(known),
        ...left(known),
    ];
    found.sort((one, other) => GRAVITY.indexOf(one.level) - GRAVITY.indexOf(other.level));
    return found.length > 0 ? found : [well(statistics)];
}

/** What is known of a pool from the overview alone, as if it were known of the page's own. */
export function ofGlance(glance) {
    const { database: answers, paused: stopped, lease: held, orphans = 0, waitingForLocks, gaps = 0 } = glance;
    return {
        pool: { database: answers, statistics: glance, paused: stopped, lease: held, settings: {} },
        history: { samples: [{ timeouts: 0, creationFailures: 0 }] }, // a glance has those of this time only
        summary: { server: glance.server, summary: { byClass: [{ name: 'orphan', connections: orphans }] } },
        fleet: { summary: glance.fleet },
        locks: { waiting: waitingForLocks },
        gaps: { gaps: Array(gaps).fill(0) },
        overdue: glance.overdue,
        idleInTransaction: glance.idleInTransaction,
    };
}

function well(statistics) {
    return { level: 'good', key: 'verdict.well', args: { used: statistics.inUse, max: statistics.max } };
}

function database(status) {
    if (status.state === 'down') {
        return [{ level: 'bad', key: `verdict.down.${status.cause ?? 'other'}`, args: { since: status.since } }];
    }
    return status.state === 'slow' ? [{ level: 'watch', key: 'verdict.slow', args: { since: status.since } }] : [];
}

/** Who has paused it has his reasons, which do not hold once somebody waits. */
function paused(pool, { waiting }) {
    if (!pool?.paused) {
        return [];
    }
    return waiting > 0
        ? [{ level: 'bad', key: 'verdict.paused-waiting', args: { count: waiting } }]
        : [{ level: 'watch', key: 'verdict.paused', args: {} }];
}

function capacity(statistics, samples) {
    const found = [];
    const full = statistics.inUse >= statistics.max;
    if (statistics.waiting > 0) {
        const key = full ? 'verdict.exhausted' : 'verdict.waiting';
        found.push({ level: full ? 'bad' : 'watch', key, args: { max: statistics.max, count: statistics.waiting } });
    } else if (full) {
        found.push({ level: 'watch', key: 'verdict.full', args: { max: statistics.max } });
    }
    const missed = samples.length > 0 ? statistics.timeouts - samples[0].timeouts : 0;
    if (missed > 0) {
        found.push({ level: 'watch', key: 'verdict.timeouts', args: { count: missed } });
    }
    return found;
}

/** Attempts of the pool to open a connection, in the time that the samples reach back. */
function logins(statistics, samples) {
    const failed = samples.length > 0 ? statistics.creationFailures - samples[0].creationFailures : 0;
    return failed > 0 ? [{ level: 'watch', key: 'verdict.logins', args: { count: failed } }] : [];
}

/** Whether other nodes can see that this pool lives; a lease that was not tried yet says nothing. */
function lease(status) {
    if (!status || status.held || !status.problem) {
        return [];
    }
    const { renewedAt, problem } = status;
    const key = renewedAt ? 'verdict.lease-lost' : 'verdict.lease-never';
    return [{ level: 'watch', key, args: { problem, ...(renewedAt && { since: renewedAt }) } }];
}

/** What somebody has left behind: backends of instances that have gone, and transactions that nobody goes on with. */
function left(known) {
    const found = [];
    const orphans = known.summary?.summary?.byClass.find((line) => line.name === 'orphan')?.connections ?? 0;
    if (orphans > 0) {
        found.push({ level: 'watch', key: 'verdict.orphans', args: { count: orphans } });
    }
    const { count, limit } = known.idleInTransaction ?? idleInTransaction(known);
    if (count > 0) {
        found.push({ level: 'watch', key: 'verdict.idle-in-transaction', args: { count, limit } });
    }
    return found;
}

function idleInTransaction(known) {
    const limit = known.pool.settings.DB_CLEANUP_IDLE_IN_TRANSACTION_LIMIT;
    const since = Date.now() - (setting(limit) ?? Infinity) * 1000;
    const idle = (backend) => backend.state?.startsWith('idle in transaction') && backend.idleFrom < since;
    return { count: (known.backends?.backends ?? []).filter(idle).length, limit };
}

/** Connections that are held beyond the leak threshold now. */
export function overdue(known) {
    const text = known.pool?.settings.DB_POOL_LEAK_THRESHOLD;
    const limit = setting(text);
    if (limit === undefined) {
        return [];
    }
    const all = known.connections?.connections ?? [];
    return all.filter((connection) => connection.borrower && secondsSince(connection.borrower.since) > limit);
}

function holders(known) {
    const own = () => ({ count: overdue(known).length, limit: known.pool.settings.DB_POOL_LEAK_THRESHOLD });
    const { count, limit } = known.overdue ?? own();
    return count > 0 ? [{ level: 'watch', key: 'verdict.overdue', args: { count, limit } }] : [];
}

function server(limits) {
    if (!limits) {
        return [];
    }
    const most = limits.maxConnections - limits.reserved;
    if (limits.inUse >= most) {
        return [{ level: 'bad', key: 'verdict.server-full', args: { used: limits.inUse, most } }];
    }
    const key = 'verdict.server-nearly-full';
    return limits.inUse >= most * NEARLY_FULL ? [{ level: 'watch', key, args: { used: limits.inUse, most } }] : [];
}

/** Whether all pools of the server may want more than it gives, and what to set. */
export function fleetFinding(fleet) {
    const sum = fleet?.summary;
    if (!sum?.exceeded) {
        return [];
    }
    const key = sum.poolMaxToFit === undefined ? 'verdict.fleet-raise' : 'verdict.fleet';
    const args = { pools: sum.pools, most: sum.most, available: sum.available, needed: sum.maxConnectionsToFit, max: sum.poolMaxToFit };
    return [{ level: 'watch', key, args }];
}

function troubles(known) {
    const found = [];
    if (known.locks?.waiting > 0) {
        found.push({ level: 'watch', key: 'verdict.locks', args: { count: known.locks.waiting } });
    }
    if (known.gaps?.gaps.length > 0) {
        found.push({ level: 'watch', key: 'verdict.gaps', args: { count: known.gaps.gaps.length } });
    }
    return found;
}
