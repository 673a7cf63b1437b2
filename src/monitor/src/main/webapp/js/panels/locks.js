// Who waits for whom, as a table: what is blocked stands under what blocks it.
import { byId, make, setText } from '../dom.js';
import { grown } from '../format.js';
import { t } from '../text.js';
import { backendKey, backendState } from './backends.js';
import { holderCell } from './connections.js';
import { showTable } from '../table.js';

const DEEPEST_SHOWN = 3;

function flat(nodes, deep = 0, path = '') {
    return nodes.flatMap((node) => [
        { ...node, deep, path: `${path}/${node.pid}`, parent: path.split('/').pop() },
        ...flat(node.blocks, deep + 1, `${path}/${node.pid}`),
    ]);
}

function pid(node, open) {
    if (!node.backend) {
        return node.pid === 0 ? t('locks.prepared') : String(node.pid);
    }
    const show = () => open(backendKey(node.backend));
    return make('button', { type: 'button', class: 'link', onclick: show }, String(node.pid));
}

function what(node) {
    if (!node.waitsFor) {
        return t('locks.blocks', { count: node.blocks.length });
    }
    const { mode, type, relation } = node.waitsFor;
    return make(
        'span',
        {},
        t('locks.waits', { pid: node.parent }),
        make('span', { class: 'under code' }, [mode, type, relation].filter(Boolean).join(' · ')),
    );
}

const columns = (open) => [
    {
        title: t('column.backend'),
        head: true,
        class: 'fixed',
        also: (node) => `deep-${Math.min(node.deep, DEEPEST_SHOWN)}`,
        cell: (node) => pid(node, open),
    },
    { title: t('column.blocking'), cell: what },
    { title: t('column.state'), class: 'w2', cell: (node) => (node.backend ? backendState(node.backend) : '') },
    {
        title: t('column.since'),
        class: 'number fixed w1',
        cell: (node) => grown(node.backend?.idleFrom),
    },
    { title: t('column.holder'), cell: (node) => (node.backend?.borrower ? holderCell(node.backend.borrower) : (node.backend?.applicationName ?? '')) },
];

export function showLocks(known, open) {
    const answer = known.locks;
    if (!answer) {
        return;
    }
    const nodes = flat(answer.roots);
    showTable(byId('locks-table'), t('locks.title'), columns(open), nodes, (node) => node.path);
    byId('locks-empty').hidden = nodes.length > 0;
    setText(byId('locks-empty'), t(answer.readAt ? 'locks.empty' : 'state.down'));
    setText(byId('locks-count'), answer.waiting > 0 ? t('locks.count', { count: answer.waiting }) : '');
}
