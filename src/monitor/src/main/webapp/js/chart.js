// The last quarter of an hour, by uPlot (vendor/uplot).
import { byId, make, setChildren, setText } from './dom.js';
import { minute, number, serverNow } from './format.js';
import { t } from './text.js';
import { showTable } from './table.js';

const SECONDS = 15 * 60;
const SERIES = ['inUse', 'idle', 'waiting', 'max'];
let plot;
let data;
let drawnFor;
let pointed = null;

/** Colours of the style sheet as the canvas wants them. */
function colour(name) {
    const probe = byId('chart');
    probe.style.color = `var(--${name})`;
    const found = getComputedStyle(probe).color;
    probe.style.color = '';
    return found;
}

function columns(samples, max) {
    const at = (name) => samples.map((sample) => sample[name]);
    return [
        samples.map((sample) => Date.parse(sample.at) / 1000),
        at('inUse'),
        at('idle'),
        waiting(samples),
        samples.map(() => max),
    ];
}

/** Nothing is drawn while nobody waits, but the line comes down to zero. */
function waiting(samples) {
    const some = (index) => (samples[index]?.waiting ?? 0) > 0;
    return samples.map((sample, index) => (some(index - 1) || some(index) || some(index + 1) ? sample.waiting : null));
}

/** Shows the samples. */
export function showChart(samples, max) {
    const empty = samples.length < 2;
    byId('chart-empty').hidden = !empty;
    setText(byId('chart-empty'), t('chart.empty'));
    byId('chart').hidden = empty;
    byId('chart-data').hidden = empty;
    if (empty) {
        return;
    }
    data = columns(samples, max);
    const look = `${colour('accent')} ${colour('text')} ${document.documentElement.lang}`;
    if (!plot || look !== drawnFor) {
        plot?.destroy();
        plot = draw();
        drawnFor = look;
    } else {
        plot.setData(data);
    }
    legend();
    describe(samples, max);
    table(samples);
}

function draw() {
    const frame = byId('chart');
    const axis = {
        stroke: colour('quiet'),
        font: `12px ${getComputedStyle(document.body).fontFamily}`,
        grid: { stroke: colour('line'), width: 1 },
        ticks: { show: false },
    };
    const stepped = uPlot.paths.stepped({ align: 1 });
    const chart = new uPlot(
        {
            width: frame.clientWidth,
            height: frame.clientHeight,
            padding: [8, 20, 0, 0],
            legend: { show: false },
            cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
            scales: {
                x: { range: () => [serverNow() / 1000 - SECONDS, serverNow() / 1000] },
                y: { range: (self, low, high) => [0, Math.max(2, Math.ceil(high * 1.08))] },
            },
            axes: [
                { ...axis, size: 28, grid: { show: false }, space: 70, values: (self, ticks) => ticks.map((tick) => minute(tick * 1000)) },
                { ...axis, size: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500], values: (self, ticks) => ticks.map(number) },
            ],
            series: [
                {},
                { stroke: colour('accent'), fill: colour('accent-soft'), width: 2, paths: stepped, points: { show: false } },
                { stroke: colour('edge'), width: 1.5, paths: stepped, points: { show: false } },
                { stroke: colour('bad'), width: 2.5, dash: [6, 4], paths: stepped, points: { show: false } },
                { stroke: colour('edge'), width: 1, dash: [1, 4], points: { show: false } },
            ],
            hooks: { setCursor: [(self) => point(self.cursor.idx)] },
        },
        data,
        frame,
    );
    new ResizeObserver(() => chart.setSize({ width: frame.clientWidth, height: frame.clientHeight })).observe(frame);
    return chart;
}

function point(index) {
    if (index !== pointed) {
        pointed = index ?? null;
        legend();
    }
}

/** The values at the pointer, or the last ones. */
function legend() {
    const index = pointed ?? data[0].length - 1;
    const items = SERIES.map((name, series) =>
        make('li', { data: { series: name } }, t(`chart.${name}`), make('b', {}, String(data[series + 1][index] ?? 0))),
    );
    if (pointed !== null) {
        items.unshift(make('li', { data: { series: 'at' } }, minute(data[0][index] * 1000)));
    }
    setChildren(byId('chart-legend'), items);
}

function describe(samples, max) {
    const last = samples[samples.length - 1];
    const peak = Math.max(...samples.map((sample) => sample.inUse));
    const waiting = Math.max(...samples.map((sample) => sample.waiting));
    const text = t('chart.description', { now: last.inUse, max, peak, waiting });
    byId('chart').setAttribute('aria-label', text);
}

/** The highest of each minute: the same in figures. */
function table(samples) {
    const minutes = new Map();
    for (const sample of samples) {
        const at = sample.at.slice(0, 16);
        const row = minutes.get(at) ?? { at: sample.at, inUse: 0, idle: 0, waiting: 0 };
        for (const name of ['inUse', 'idle', 'waiting']) {
            row[name] = Math.max(row[name], sample[name]);
        }
        minutes.set(at, row);
    }
    const figure = (name) => ({ title: t(`chart.${name}`), class: 'number', cell: (row) => String(row[name]) });
    showTable(
        byId('chart-table'),
        t('chart.table'),
        [{ title: t('chart.minute'), head: true, cell: (row) => minute(Date.parse(row.at)) }, ...['inUse', 'idle', 'waiting'].map(figure)],
        [...minutes.values()].reverse(),
        (row) => row.at.slice(0, 16),
    );
}
