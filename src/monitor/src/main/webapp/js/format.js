// Numbers and times for readers. Everything takes what the API gives: seconds, and ISO texts.
import { language } from './text.js';

/** The server's clock less this one's, in milliseconds: ages are told by the server's. */
let ahead = 0;

export function setServerTime(text) {
    ahead = Date.parse(text) - Date.now();
}

export function serverNow() {
    return Date.now() + ahead;
}

export function number(value) {
    return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
}

/** 99.8 %. */
export function percent(share) {
    return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** As pg_size_pretty counts: 1024 of one are one of the next. */
export function bytes(count) {
    const step = count < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(count) / 10));
    return `${number(count / 1024 ** step)}\u00a0${SIZES[step]}`;
}

/** 740 ms, 3.2 s, 42 s, 5 min 03 s, 2 h 10 min, 3 d 4 h. */
export function duration(seconds) {
    return parts(seconds).map(([value, unit]) => `${value}\u00a0${unit}`).join(' ');
}

function parts(seconds) {
    const whole = Math.floor(Math.max(0, seconds));
    const two = (value) => String(value).padStart(2, '0');
    if (seconds < 1) {
        return [[Math.round(Math.max(0, seconds) * 1000), 'ms']];
    }
    if (whole < 60) {
        return [[whole < 10 ? number(Math.floor(seconds * 10) / 10) : whole, 's']];
    }
    if (whole < 3600) {
        return [[Math.floor(whole / 60), 'min'], [two(whole % 60), 's']];
    }
    if (whole < 86400) {
        return [[Math.floor(whole / 3600), 'h'], [two(Math.floor((whole % 3600) / 60)), 'min']];
    }
    return [[Math.floor(whole / 86400), 'd'], [Math.floor((whole % 86400) / 3600), 'h']];
}

const AGES = ['idle', 'busy', 'unchanged', 'transactionAge', 'queryAge'];

/**
 * Ages are true when they are answered. Where nothing else changes there is no further answer (304), so each item gets
 * the moment that its age counts from, by this clock: idleFrom for idle.
 */
export function countOn(data) {
    if (data && typeof data === 'object') {
        for (const name of AGES) {
            if (typeof data[name] === 'number') {
                data[`${name}From`] = Date.now() - data[name] * 1000;
            }
        }
        Object.values(data).forEach(countOn);
    }
    return data;
}

/** What an age has grown to by now; nothing if it is not known. */
export function grown(from) {
    return from === undefined ? '' : whole((Date.now() - from) / 1000);
}

function whole(seconds) {
    return seconds < 1 ? '<\u00a01\u00a0s' : duration(Math.floor(seconds));
}

/** Time since then, by the server's clock. */
export function age(text) {
    return whole(secondsSince(text));
}

export function secondsSince(text) {
    return (serverNow() - Date.parse(text)) / 1000;
}

/** The time of day; with the date if it is another day. */
export function clock(text) {
    const then = new Date(text);
    const today = then.toDateString() === new Date(serverNow()).toDateString();
    const style = today ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'medium' };
    return new Intl.DateTimeFormat(language === 'pt' ? 'pt-BR' : 'en-GB', style).format(then);
}

/** Hours and minutes. */
export function minute(date) {
    return new Intl.DateTimeFormat(language === 'pt' ? 'pt-BR' : 'en-GB', { hour: '2-digit', minute: '2-digit' }).format(date);
}

/** Seconds in a setting as Terafy shows it, such as 90s, 4m or 1h; undefined if it is off. */
export function setting(text) {
    const parts = /^(\d+)(ms|s|m|h|d)$/.exec(text ?? '');
    return parts ? parts[1] * { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 }[parts[2]] : undefined;
}
