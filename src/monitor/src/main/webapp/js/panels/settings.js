// The settings in effect, and which of them were others at the start; secrets are hidden by the server.
import { byId, make, setText, state } from '../dom.js';
import { t, word } from '../text.js';
import { showTable } from '../table.js';

/** Where a setting came from at the start, and by which name. */
function origin(found) {
    const kind = word('origin', found?.kind ?? 'default');
    return found?.name ? make('span', {}, kind, make('span', { class: 'under code' }, found.name)) : kind;
}

export function showSettings(known) {
    if (!known.pool) {
        return;
    }
    const { settings, origins, changed } = known.pool;
    const several = (known.overview?.pools.length ?? 1) > 1;
    const value = ([name, text]) => (name in changed ? state('watch', text || '–') : text || '–');
    const columns = [
        { title: t('settings.name'), head: true, class: 'code', cell: ([name]) => name },
        { title: t('settings.value'), class: 'code', cell: value },
        ...(several ? [{ title: t('settings.origin'), class: 'w1', cell: ([name]) => origin(origins[name]) }] : []),
        { title: t('settings.at-start'), class: 'code', cell: ([name]) => (name in changed ? changed[name] || '–' : '') },
    ];
    showTable(byId('settings-table'), t('settings.title'), columns, Object.entries(settings), ([name]) => name);
    const count = Object.keys(changed).length;
    setText(byId('settings-count'), count > 0 ? t('settings.changed', { count }) : '');
}
