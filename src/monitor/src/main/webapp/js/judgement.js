// Is the pool well? Pure: what is known → findings, the gravest first.
import { secondsSince, setting } from './format.js';

const GRAVITY = ['bad', 'watch', 'good'];
const NEARLY_FULL = 0.9;

/** Findings of { level, key, args }; the first is the headline. Empty while nothing is known. */
export function judge(known) {
    const statistics = known.pools?.pools[0];
    if (!statistics) {
        return [];
    }
    const found = [
        ...database(known.pools.database),
        ...capacity(statistics, known.history?.samples ?? []),
        ...holders(known),
        ...server(known.summary?.server),
        ...troubles(known),
    ];
    found.sort((one, other) => GRAVITY.indexOf(one.level) - GRAVITY.indexOf(other.level));
    return found.length > 0 ? found : [well(statistics)];
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
    const count = overdue(known).length;
    const limit = known.pool?.settings.DB_POOL_LEAK_THRESHOLD;
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
