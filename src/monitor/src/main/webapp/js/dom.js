// Elements. Text goes in as text and nowhere as HTML: what comes from the database was written by others.

export const byId = (id) => document.getElementById(id);

/** An element with properties of its own (class, dataset, listeners as onclick) and children: nodes or texts. */
export function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (name === 'class') {
            element.className = value;
        } else if (name === 'data') {
            Object.assign(element.dataset, value);
        } else if (name.startsWith('on')) {
            element.addEventListener(name.slice(2), value);
        } else {
            element.setAttribute(name, value);
        }
    }
    element.append(...children.filter((child) => child !== undefined && child !== ''));
    return element;
}

/** Sets a text; leaves the element alone if it has it, so that selections and readers are not disturbed. */
export function setText(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}

/** A long name that may break after a dot or a slash, and between its words. */
export function breakable(text) {
    return text.split(/(?<=[./:])|(?<=[a-z])(?=[A-Z])/).flatMap((part, index) => (index === 0 ? [part] : [make('wbr'), part]));
}

/** Replaces the children if what they say has changed. */
export function setChildren(element, children, said = children.map((child) => child.outerHTML).join()) {
    if (said !== element.terafySaid) {
        element.terafySaid = said;
        element.replaceChildren(...children);
    }
}

/**
 * As setChildren, in place: what says the same stays, and so do the elements around a text that differs, with focus and
 * selection. Not for what listens to something else each time.
 */
export function updateChildren(element, children) {
    const wanted = element.cloneNode(false);
    wanted.append(...children);
    update(element, wanted);
}

function update(old, wanted) {
    const [before, after] = [[...old.childNodes], [...wanted.childNodes]];
    if (!old.cloneNode(false).isEqualNode(wanted.cloneNode(false))) {
        old.replaceWith(wanted);
    } else if (before.length === after.length) {
        before.forEach((child, index) => update(child, after[index]));
    } else {
        old.replaceChildren(...after);
    }
}

/** dt and dd for each pair whose value is known. */
export function pairs(list) {
    return list
        .filter(([, value]) => value !== undefined && value !== '')
        .flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]);
}

/** A word with a shape before it. */
export function state(tone, text) {
    return make('span', { class: 'state', data: { tone } }, text);
}

/** A bar of that share, 0 to 1; what it says stands beside it as text. */
export function bar(share) {
    const inner = make('i');
    inner.style.width = `${Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10}%`; // CSSOM: no style attribute
    return make('span', { class: 'bar', 'aria-hidden': 'true' }, inner);
}
