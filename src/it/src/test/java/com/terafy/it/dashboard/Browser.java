package com.terafy.it.dashboard;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.terafy.it.monitor.User;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chromium: that of the machine, {@code -Dit.chromium} names another. What drives it runs on the machine's Node.js
 * where there is one, see pom.xml.
 */
final class Browser implements AutoCloseable {

    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage");

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;

    Browser() {
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment()));
        chromium = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(Path.of(System.getProperty("it.chromium")))
                        .setArgs(ARGUMENTS));
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        environment.put("PLAYWRIGHT_SKIP_VALIDATE_HOST_REQUIREMENTS", "1");
        Path node = Path.of(System.getProperty("it.node"));
        if (Files.exists(node)) {
            environment.put("PLAYWRIGHT_NODEJS_PATH", node.toString());
        }
        return environment;
    }

    /** What a test may want to be different. */
    record Look(int width, int height, ColorScheme colours, String language) {

        static final Look USUAL = new Look(1280, 900, ColorScheme.LIGHT, "en-GB");

        Look narrow() {
            return new Look(320, 640, colours, language);
        }

        Look wide() {
            return new Look(2560, 1440, colours, language);
        }

        Look dark() {
            return new Look(width, height, ColorScheme.DARK, language);
        }

        Look portuguese() {
            return new Look(width, height, colours, "pt-BR");
        }
    }

    /** The dashboard as that user sees it, with its first answers. */
    DashboardPage open(User user, Look look) {
        return open(user, look, "");
    }

    /**
     * The same with a query in its address.
     *
     * @param query such as {@code ?pool=Reporting}; empty for none
     */
    DashboardPage open(User user, Look look, String query) {
        BrowserContext context = chromium.newContext(new NewContextOptions()
                .setHttpCredentials(user.login(), user.password())
                .setViewportSize(look.width(), look.height())
                .setColorScheme(look.colours())
                .setLocale(look.language()));
        return new DashboardPage(context, query);
    }

    @Override
    public void close() {
        playwright.close();
    }
}
