// At a glance: the headline, the reasons, and the pool drawn as its places.
import { byId, make, setChildren, setText } from '../dom.js';
import { judge, overdue } from '../judgement.js';
import { clock, number } from '../format.js';
import { t } from '../text.js';

const MOST_SLOTS = 60;
const MOST_WAITING = 12;

export function showVerdict(known) {
    const findings = judge(known);
    const first = findings[0];
    const level = known.silentSince ? 'unknown' : (first?.level ?? 'unknown');
    byId('verdict').dataset.level = level;
    setText(byId('verdict-level'), t(`level.${level}`));
    setText(byId('verdict-headline'), headline(known, first));
    const others = known.silentSince ? findings : findings.slice(1);
    setChildren(byId('verdict-reasons'), others.map((finding) => make('li', {}, sentence(finding))));
    announce(level, byId('verdict-headline').textContent);
    document.title = first ? [t(`level.${level}`), ...among(known), 'Terafy'].join(' – ') : 'Terafy';
}

/** The name of the pool where there are others. */
const among = (known) => ((known.overview?.pools.length ?? 1) > 1 ? [known.pool.name] : []);

function headline(known, first) {
    if (known.silentSince) {
        return t('verdict.silent', { since: clock(known.silentSince) });
    }
    return first ? sentence(first) : t('page.loading');
}

/** What was found, in words. */
export function sentence({ key, args }) {
    return t(key, args.since ? { ...args, since: clock(args.since) } : args);
}

let announcedLevel;

/** Readers hear a change of the level, not every figure. */
function announce(level, text) {
    if (level !== announcedLevel) {
        announcedLevel = level;
        setText(byId('announced'), `${t(`level.${level}`)}: ${text}`);
    }
}

export function showSlots(known) {
    const statistics = known.pool?.statistics;
    if (!statistics) {
        return;
    }
    const states = (known.connections?.connections ?? []).map((connection) => connection.state);
    const waiting = Math.min(MOST_WAITING, statistics.waiting);
    const slots = [...states, ...Array(statistics.beingCreated).fill('being-created')];
    const empty = Array(Math.max(0, statistics.max - slots.length)).fill('empty');
    const all = [...slots, ...empty].slice(0, MOST_SLOTS).concat(Array(waiting).fill('waiting'));
    setChildren(
        byId('slots'),
        all.map((state) => make('span', { class: 'slot', data: { state } })),
        all.join(),
    );
    const free = Math.max(0, statistics.max - statistics.total);
    setText(byId('slots-text'), t('slots.text', { ...statistics, free }));
}

export function showFigures(known) {
    const statistics = known.pool?.statistics;
    if (!statistics) {
        return;
    }
    const samples = known.history?.samples ?? [];
    const late = overdue(known).length;
    const figures = [
        ['in-use', t('figure.in-use'), String(statistics.inUse), t('figure.of', { max: statistics.max })],
        ['idle', t('figure.idle'), String(statistics.idle), t('figure.at-least', { min: statistics.min })],
        ['waiting', t('figure.waiting'), String(statistics.waiting), '', statistics.waiting > 0 && 'bad'],
        ['rate', t('figure.rate'), rate(samples), t('figure.per-second')],
        ['timeouts', t('figure.timeouts'), number(statistics.timeouts), t('figure.since-start')],
        ['leaks', t('figure.leaks'), number(statistics.leaks), leaks(late), late > 0 && 'watch'],
    ];
    setChildren(
        byId('figures'),
        figures.map(([name, label, value, more, tone]) =>
            make(
                'div',
                { data: { figure: name, tone: tone || 'plain' } },
                make('dt', {}, label),
                make('dd', {}, make('span', {}, value), ' ', make('small', {}, more)),
            ),
        ),
    );
}

function leaks(late) {
    return late > 0 ? t('figure.overdue', { late }) : t('figure.since-start');
}

/** Borrows a second over the last minute. */
function rate(samples) {
    const last = samples[samples.length - 1];
    const earlier = samples[Math.max(0, samples.length - 13)];
    const seconds = last ? (Date.parse(last.at) - Date.parse(earlier.at)) / 1000 : 0;
    return seconds > 0 ? number((last.borrows - earlier.borrows) / seconds) : '–';
}
