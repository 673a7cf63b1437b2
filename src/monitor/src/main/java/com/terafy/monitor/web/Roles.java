package com.terafy.monitor.web;

import java.util.List;

/** The roles, as the server's realm gives them. None includes another. */
public final class Roles {

    /** May read {@code /terafy/metrics}. */
    public static final String METRICS = "terafy-metrics";

    /** May read everything, query texts without their values. */
    public static final String MONITOR = "terafy-monitor";

    /** May read everything and act. */
    public static final String OPERATOR = "terafy-operator";

    /** May, with one of the last two, see query texts in full. */
    public static final String QUERY = "terafy-query";

    /** All of them. */
    public static final List<String> ALL = List.of(METRICS, MONITOR, OPERATOR, QUERY);

    private Roles() {}
}
