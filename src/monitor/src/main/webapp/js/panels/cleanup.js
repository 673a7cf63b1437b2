// The backend cleanup: the last pass, the next, and what the last one did.
import { byId, pairs, setChildren, setText } from '../dom.js';
import { clock, duration, secondsSince } from '../format.js';
import { t, word } from '../text.js';
import { showTable } from '../table.js';

/** What a pass decided, counted by reason. */
export function byReason(verdicts) {
    const counts = new Map();
    for (const { reason } of verdicts) {
        counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    return [...counts].map(([reason, count]) => ({ reason, count })).sort((one, other) => other.count - one.count);
}

function next({ nextRun, doneBy }) {
    if (!nextRun) {
        return doneBy ? t('cleanup.done-by', { pool: doneBy }) : t('cleanup.off');
    }
    const seconds = -secondsSince(nextRun);
    return seconds > 0 ? t('cleanup.in', { time: duration(Math.ceil(seconds)), at: clock(nextRun) }) : t('cleanup.now');
}

export function showCleanup(known) {
    const answer = known.cleanup;
    if (!answer) {
        return;
    }
    const last = answer.lastReport;
    const lines = [
        [t('cleanup.next'), next(answer)],
        [t('cleanup.last'), last ? `${clock(last.report.at)} · ${who(last.report.who)}` : t('cleanup.never')],
        [t('cleanup.result'), last ? t('cleanup.ended', { chosen: last.chosen, ended: last.ended }) : undefined],
    ];
    setChildren(byId('cleanup-pairs'), pairs(lines));
    const columns = [
        { title: t('cleanup.reason'), head: true, cell: (line) => word('reason', line.reason) },
        { title: t('cleanup.backends'), class: 'number', cell: (line) => String(line.count) },
    ];
    const reasons = last ? byReason(last.report.verdicts) : [];
    showTable(byId('cleanup-table'), t('cleanup.last'), columns, reasons, (line) => line.reason);
    byId('cleanup-empty').hidden = !last || reasons.length > 0;
    setText(byId('cleanup-empty'), t('cleanup.empty'));
}

function who(name) {
    return name === 'timer' ? t('cleanup.timer') : name;
}
