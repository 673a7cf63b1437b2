// The words. English and Portuguese have the same keys, which WebappTest checks.
import { beside } from './address.js';

const LANGUAGES = ['en', 'pt'];
let words = {};
let plural = new Intl.PluralRules('en');
export let language = 'en';

function preferred() {
    try {
        const chosen = localStorage.getItem('terafy.language');
        if (LANGUAGES.includes(chosen)) {
            return chosen;
        }
    } catch {
        // nothing kept
    }
    return navigator.languages.some((tag) => tag.toLowerCase().startsWith('pt')) ? 'pt' : 'en';
}

/** Loads the words of a language, the reader's own if none is named, and puts them into the page. */
export async function speak(name = preferred()) {
    const answer = await fetch(beside(`i18n/${name}.json`));
    if (!answer.ok) {
        throw new Error(`i18n/${name}.json: ${answer.status}`);
    }
    words = await answer.json();
    language = name;
    plural = new Intl.PluralRules(name);
    document.documentElement.lang = name === 'pt' ? 'pt-BR' : 'en';
    for (const element of document.querySelectorAll('[data-t]')) {
        element.textContent = t(element.dataset.t);
    }
}

/** The other language, and remembers it. */
export async function switchLanguage() {
    const next = LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length];
    await speak(next);
    try {
        localStorage.setItem('terafy.language', next);
    } catch {
        // nothing kept
    }
}

/** The text of a key, {name} replaced; with a count, its singular or plural. An unknown key shows as itself. */
export function t(key, args = {}) {
    const form = 'count' in args ? `${key}.${plural.select(args.count) === 'one' ? 'one' : 'other'}` : key;
    const text = words[form] ?? words[key] ?? form;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in args ? String(args[name]) : whole));
}

/** The word for a value of the API, or the value itself where there is none. */
export function word(group, value) {
    return words[`${group}.${value}`] ?? value;
}
