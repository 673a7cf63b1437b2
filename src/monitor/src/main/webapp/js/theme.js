// Before the first paint, so that the page does not flash in the other colours.
try {
    const chosen = localStorage.getItem('terafy.theme');
    if (chosen === 'light' || chosen === 'dark') {
        document.documentElement.dataset.theme = chosen;
    }
} catch {
    // a browser that keeps nothing: the system's colours
}
