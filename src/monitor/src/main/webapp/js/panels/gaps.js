// Where the pool believes one thing and PostgreSQL says another.
import { byId, setText } from '../dom.js';
import { grown } from '../format.js';
import { t, word } from '../text.js';
import { showTable } from '../table.js';

export function showGaps(known) {
    const answer = known.gaps;
    if (!answer) {
        return;
    }
    const columns = [
        { title: t('column.backend'), head: true, class: 'fixed', cell: (gap) => String(gap.pid) },
        { title: t('gaps.kind'), cell: (gap) => word('gap', gap.kind) },
        { title: t('gaps.actual'), class: 'w2', cell: (gap) => gap.actual ?? '' },
        { title: t('column.unchanged'), class: 'number w1', cell: (gap) => grown(gap.unchangedFrom) },
    ];
    showTable(byId('gaps-table'), t('gaps.title'), columns, answer.gaps, (gap) => `${gap.kind} ${gap.pid}`);
    byId('gaps-empty').hidden = answer.gaps.length > 0;
    setText(byId('gaps-empty'), t(answer.readAt ? 'gaps.empty' : 'state.down'));
}
