package com.terafy.monitor.health;

import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.snapshot.Snapshots;
import com.terafy.monitor.web.Monitoring;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/**
 * {@code /terafy/health/live}: the EAR runs; does not depend on the database, or an outage would have the server
 * restarted. {@code /terafy/health/ready}: the database of every pool that counts answers, or is full and the pool has
 * sessions. 200 or 503.
 */
@WebServlet({"/health/live", "/health/ready"})
public class HealthServlet extends HttpServlet {

    @Inject
    @SuppressWarnings("NullAway.Init")
    private transient Monitoring monitoring;

    /** For the container. */
    public HealthServlet() {}

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean up = !request.getServletPath().endsWith("ready") || isReady();
        response.setStatus(up ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setContentType("application/json");
        response.getOutputStream().print(up ? "{\"status\":\"UP\"}" : "{\"status\":\"DOWN\"}");
    }

    private boolean isReady() {
        try {
            return serve(monitoring.pools());
        } catch (RuntimeException noPool) {
            return false;
        }
    }

    /** Whether all that count do; they are asked at the same time. */
    static boolean serve(List<PoolMonitor> pools) {
        List<Snapshots.Pending> answers = pools.stream()
                .filter(PoolMonitor::countsForReadiness)
                .map(PoolMonitor::ask)
                .toList();
        return answers.stream()
                .allMatch(answer ->
                        answer.within(Snapshots.Limits.USUAL.patience()).serves());
    }
}
