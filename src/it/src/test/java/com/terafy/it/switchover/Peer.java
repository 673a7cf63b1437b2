package com.terafy.it.switchover;

import java.util.Locale;

/** What an application works with: each has 10 connections, waits 30 s for one, and is otherwise as it comes. */
enum Peer {
    PAUSED("Terafy, paused meanwhile", true),
    PLAIN("Terafy", true),
    RETRIED("Terafy, `RetryPolicy`", true),
    WILDFLY("WildFly's datasource", false),
    HIKARI("HikariCP", false);

    private final String title;
    private final boolean terafy;

    Peer(String title, boolean terafy) {
        this.title = title;
        this.terafy = terafy;
    }

    String title() {
        return title;
    }

    boolean isTerafy() {
        return terafy;
    }

    /** Its name in the server, for a way. */
    String pool(Way way) {
        return way.prefix() + title(name());
    }

    private static String title(String name) {
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }
}
