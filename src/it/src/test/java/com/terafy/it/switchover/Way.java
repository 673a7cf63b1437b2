package com.terafy.it.switchover;

import java.util.Locale;

/** How the pools find the primary. */
enum Way {
    LIST("list of hosts"),
    HAPROXY("HAProxy"),
    NAME("one name with three addresses");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** What the names of its pools begin with. */
    String prefix() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
}
