package com.terafy.it.monitor;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The application that holds connections, and how to speak to it. */
public final class Deployments {

    private Deployments() {}

    public static WebArchive holder() {
        return ShrinkWrap.create(WebArchive.class, "holder.war").addClass(HolderServlet.class);
    }

    public static void hold(Rest rest, String sql) {
        rest.send(User.STRANGER, "GET", "/holder/?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8), Map.of(), "");
    }

    /** Of a further pool. */
    public static void hold(Rest rest, String pool, String sql) {
        String query = "?pool=" + pool + "&sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8);
        rest.send(User.STRANGER, "GET", "/holder/" + query, Map.of(), "");
    }

    public static void release(Rest rest) {
        rest.send(User.STRANGER, "GET", "/holder/?release", Map.of(), "");
    }
}
