// The settings in effect; secrets are hidden by the server.
import { byId } from '../dom.js';
import { t } from '../text.js';
import { showTable } from '../table.js';

export function showSettings(known) {
    if (!known.pool) {
        return;
    }
    const columns = [
        { title: t('settings.name'), head: true, class: 'code', cell: ([name]) => name },
        { title: t('settings.value'), class: 'code', cell: ([, value]) => value || '–' },
    ];
    showTable(byId('settings-table'), t('settings.title'), columns, Object.entries(known.pool.settings), ([name]) => name);
}
