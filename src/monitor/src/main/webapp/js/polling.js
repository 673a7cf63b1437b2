// Asks again and again; not while the tab is hidden, and less often while there is no answer.
import { getIfChanged } from './api.js';

const LONGEST_PAUSE = 30;

export class Polling {
    #feeds = [];
    #tags = new Map();
    #stopped = false;

    /** @param listener answered(name, data) and failed(name, refusal) */
    constructor(listener) {
        this.listener = listener;
        document.addEventListener('visibilitychange', () => this.#visible() && this.now());
    }

    /** Asks for path every so many seconds. */
    add(name, path, seconds) {
        this.#feeds.push({ name, path, seconds, failures: 0, timer: 0, running: false });
    }

    /** Asks for everything at once, and goes on. */
    now() {
        this.#feeds.forEach((feed) => this.#ask(feed));
    }

    stop() {
        this.#stopped = true;
        this.#feeds.forEach((feed) => clearTimeout(feed.timer));
    }

    #visible() {
        return document.visibilityState === 'visible';
    }

    async #ask(feed) {
        clearTimeout(feed.timer);
        if (this.#stopped || feed.running || !this.#visible()) {
            return;
        }
        feed.running = true;
        try {
            const data = await getIfChanged(feed.path, this.#tags);
            feed.failures = 0;
            this.listener.answered(feed.name, data);
        } catch (refusal) {
            feed.failures++;
            this.#tags.delete(feed.path);
            this.listener.failed(feed.name, refusal);
        } finally {
            feed.running = false;
        }
        if (!this.#stopped) {
            const pause = Math.min(LONGEST_PAUSE, feed.seconds * 2 ** Math.min(feed.failures, 5));
            feed.timer = setTimeout(() => this.#ask(feed), pause * 1000);
        }
    }
}
