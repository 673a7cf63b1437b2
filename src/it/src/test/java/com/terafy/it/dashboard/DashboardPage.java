package com.terafy.it.dashboard;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** The open dashboard, and what it did that nobody sees: console, requests, dialogs. For one thread. */
final class DashboardPage implements AutoCloseable {

    static final String SERVER = "http://127.0.0.1:" + Integer.getInteger("it.http.port");

    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> addresses = new CopyOnWriteArrayList<>();

    DashboardPage(BrowserContext context, String query) {
        this.context = context;
        this.page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onDialog(dialog -> {
            complaints.add("a script has opened a dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.onRequest((Request request) -> addresses.add(request.url()));
        page.navigate(SERVER + "/terafy/" + query);
    }

    /** Waits until the first answers are shown. */
    DashboardPage live() {
        page.waitForSelector("body[data-phase=live]");
        page.waitForSelector("#chart canvas", new Page.WaitForSelectorOptions().setTimeout(30_000));
        page.waitForSelector("#backends-table tbody tr");
        return this;
    }

    Page page() {
        return page;
    }

    /** Errors and warnings of the console, uncaught errors, dialogs. */
    List<String> complaints() {
        return complaints;
    }

    /** Of every request. */
    List<String> addresses() {
        return addresses;
    }

    String text(String selector) {
        return page.locator(selector).innerText();
    }

    /** The figure of that name. */
    int figure(String name) {
        return Integer.parseInt(text("[data-figure=" + name + "] dd > span"));
    }

    /** The texts of a column of a table, from 1. */
    List<String> column(String table, int number) {
        return page.locator("#" + table + " tbody tr > :nth-child(" + number + ")").allInnerTexts().stream()
                .map(String::strip)
                .toList();
    }

    Locator button(String action) {
        return page.locator("button[data-action=" + action + "]");
    }

    /** Waits for a condition, at most half a minute. */
    void await(BooleanSupplier condition) {
        page.waitForCondition(condition);
    }

    @Override
    public void close() {
        context.close();
    }
}
