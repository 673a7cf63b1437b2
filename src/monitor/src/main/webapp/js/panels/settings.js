// The settings in effect, and which of them were others at the start; secrets are hidden by the server.
import { byId, setText, state } from '../dom.js';
import { t } from '../text.js';
import { showTable } from '../table.js';

export function showSettings(known) {
    if (!known.pool) {
        return;
    }
    const { settings, changed } = known.pool;
    const value = ([name, text]) => (name in changed ? state('watch', text || '–') : text || '–');
    const columns = [
        { title: t('settings.name'), head: true, class: 'code', cell: ([name]) => name },
        { title: t('settings.value'), class: 'code', cell: value },
        { title: t('settings.at-start'), class: 'code', cell: ([name]) => (name in changed ? changed[name] || '–' : '') },
    ];
    showTable(byId('settings-table'), t('settings.title'), columns, Object.entries(settings), ([name]) => name);
    const count = Object.keys(changed).length;
    setText(byId('settings-count'), count > 0 ? t('settings.changed', { count }) : '');
}
