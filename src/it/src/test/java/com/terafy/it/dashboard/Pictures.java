package com.terafy.it.dashboard;

import com.microsoft.playwright.Page;
import java.nio.file.Path;

/** Pictures of the page for who wants to look: below the directory that {@code -Dit.pictures} names, else none. */
final class Pictures {

    private static final String DIRECTORY = System.getProperty("it.pictures", "");

    private Pictures() {}

    /** The page as it is seen, without what is below. */
    static void keep(DashboardPage page, String name) {
        if (!DIRECTORY.isEmpty()) {
            page.page().screenshot(new Page.ScreenshotOptions().setPath(Path.of(DIRECTORY, name + ".png")));
        }
    }
}
