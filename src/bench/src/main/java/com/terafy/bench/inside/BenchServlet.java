package com.terafy.bench.inside;

import com.terafy.bench.Source;
import com.terafy.bench.Workload;
import jakarta.annotation.Resource;
import jakarta.resource.cci.ConnectionFactory;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Measures while the request lasts and writes one line for each slice; the last line is {@code done}.
 *
 * <p>Parameters: from and to, the numbers of the first and the last round; millis, of a slice; sources and workloads, names
 * with commas between.
 */
@WebServlet("/rounds")
public final class BenchServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Resource(lookup = "java:/TerafyDS")
    private transient DataSource terafy;

    @Resource(lookup = "java:jboss/datasources/WildFlyDS")
    private transient DataSource wildfly;

    @Resource(lookup = "java:jboss/datasources/ValidatedDS")
    private transient DataSource validated;

    @Resource(lookup = "java:jboss/datasources/AgroalDS")
    private transient DataSource agroal;

    @Resource
    private transient UserTransaction transaction;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        PrintWriter lines = response.getWriter();
        List<Source> sources = Arrays.stream(request.getParameter("sources").split(",", -1))
                .map(Source::valueOf)
                .toList();
        List<Workload> workloads = Arrays.stream(
                        request.getParameter("workloads").split(",", -1))
                .map(Workload::valueOf)
                .filter(Workload::runsHere)
                .toList();
        try (Peers peers = new Peers(owned(sources), empty(sources), transaction)) {
            int last = Integer.parseInt(request.getParameter("to"));
            for (int number = Integer.parseInt(request.getParameter("from")); number <= last; number++) {
                round(number, request.getParameter("millis"), peers, sources, workloads, lines);
            }
            lines.println("done");
        } catch (Exception failed) {
            log("The benchmark failed", failed);
            lines.println("failed: " + failed);
        }
    }

    @SuppressWarnings("BanJNDI") // no name of a user's, and what is deployed after this application cannot be injected
    private Map<Source, DataSource> owned(List<Source> wanted) throws NamingException {
        Map<Source, DataSource> owned = new EnumMap<>(Source.class);
        owned.put(Source.TERAFY, terafy);
        owned.put(Source.WILDFLY, wildfly);
        owned.put(Source.VALIDATED, validated);
        owned.put(Source.VALIDATED_SAFE, validated);
        owned.put(Source.AGROAL, agroal);
        owned.put(Source.AGROAL_SAFE, agroal);
        for (Source further : List.of(Source.LEAKS, Source.UNRESET)) {
            if (wanted.contains(further)) {
                owned.put(further, InitialContext.doLookup("java:/" + further + "DS"));
            }
        }
        return owned;
    }

    @SuppressWarnings("BanJNDI") // as above
    private static @Nullable ConnectionFactory empty(List<Source> wanted) throws NamingException {
        return wanted.contains(Source.EMPTY) ? InitialContext.doLookup("java:/EmptyCF") : null;
    }

    /**
     * Each round begins with another source, and every second one goes backwards: none is always first, none always after
     * the same one.
     */
    private static void round(
            int number, String millis, Peers peers, List<Source> sources, List<Workload> workloads, PrintWriter lines)
            throws Exception {
        long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis));
        List<Source> order = new ArrayList<>(sources);
        Collections.rotate(order, -number);
        if (number % 2 == 1) {
            Collections.reverse(order);
        }
        for (Workload workload : workloads) {
            for (Source source : order) {
                if (source.runs(workload)) {
                    lines.println(new Slice(source, workload, peers.operation(source, workload), nanos)
                            .run(number)
                            .toLine());
                    lines.flush();
                }
            }
        }
    }
}
