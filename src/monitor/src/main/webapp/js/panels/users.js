// PostgreSQL's connections by user, against max_connections.
import { bar, byId, setText } from '../dom.js';
import { t } from '../text.js';
import { showTable } from '../table.js';

export function showUsers(known) {
    const answer = known.summary;
    if (!answer) {
        return;
    }
    const lines = answer.server ? answer.summary.byUser : [];
    const most = answer.server?.maxConnections ?? 1;
    const columns = [
        { title: t('column.user'), head: true, cell: (line) => line.name },
        { title: t('column.connections'), class: 'number', cell: (line) => String(line.connections) },
        { title: t('column.share'), class: 'w1', cell: (line) => bar(line.connections / most) },
    ];
    showTable(byId('users-table'), t('users.title'), columns, lines, (line) => line.name);
    byId('users-empty').hidden = lines.length > 0;
    setText(byId('users-empty'), t('state.down'));
    setText(byId('users-count'), answer.server ? t('users.count', answer.server) : '');
}
