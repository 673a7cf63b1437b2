// A table that is written again every few seconds: rows keep their identity, so that focus and selection survive.
import { make } from './dom.js';

/**
 * Shows the items.
 *
 * @param table the element
 * @param caption what the table is, for those who cannot see it
 * @param columns of each: title, optional class, cell(item) → text or node, and optional head for the row's heading
 * @param key what an item is known by
 */
export function showTable(table, caption, columns, items, key) {
    heading(table, caption, columns);
    const body = table.tBodies[0];
    const old = new Map([...body.rows].map((row) => [row.dataset.key, row]));
    let place = body.firstElementChild;
    for (const item of items) {
        const name = String(key(item));
        let row = old.get(name);
        old.delete(name);
        if (!row) {
            row = make('tr', { data: { key: name } });
        }
        fill(row, columns, item);
        if (row === place) {
            place = place.nextElementSibling;
        } else {
            body.insertBefore(row, place);
        }
    }
    for (const row of old.values()) {
        row.remove();
    }
    scrollable(table.parentElement);
}

function heading(table, caption, columns) {
    const said = JSON.stringify([caption, columns.map((column) => column.title)]);
    if (table.terafySaid === said) {
        return;
    }
    table.terafySaid = said;
    const cells = columns.map((column) => make('th', { scope: 'col', class: column.class ?? '' }, column.title));
    table.replaceChildren(
        make('caption', { class: 'unseen' }, caption),
        make('thead', {}, make('tr', {}, ...cells)),
        make('tbody'),
    );
}

function fill(row, columns, item) {
    columns.forEach((column, index) => {
        const content = column.cell(item) ?? '';
        const said = typeof content === 'string' ? content : content.outerHTML + (content.dataset?.said ?? '');
        let cell = row.cells[index];
        if (!cell) {
            cell = make(column.head ? 'th' : 'td', column.head ? { scope: 'row' } : {});
            row.append(cell);
        }
        const names = `${column.class ?? ''} ${column.also?.(item) ?? ''}`.trim();
        if (cell.className !== names) {
            cell.className = names;
        }
        if (cell.terafySaid !== said) {
            const focused = cell.contains(document.activeElement);
            cell.terafySaid = said;
            cell.replaceChildren(content);
            if (focused) {
                cell.querySelector('button')?.focus();
            }
        }
        cell.terafyItem = item;
    });
}

/** What scrolls must be reachable by keyboard; what does not must not be a stop. */
function scrollable(frame) {
    if (frame.scrollWidth > frame.clientWidth) {
        frame.tabIndex = 0;
        frame.setAttribute('role', 'group');
        frame.setAttribute('aria-label', frame.querySelector('caption').textContent);
    } else {
        frame.removeAttribute('tabindex');
        frame.removeAttribute('role');
        frame.removeAttribute('aria-label');
    }
}
