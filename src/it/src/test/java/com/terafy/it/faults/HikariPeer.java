package com.terafy.it.faults;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/** A pool that the application brings itself, for {@link LoadServlet}; only the sizes are told. Runs in the server. */
@WebListener
public class HikariPeer implements ServletContextListener {

    static final String NAME = "HikariDS";

    @Override
    public void contextInitialized(ServletContextEvent event) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(System.getenv("BENCH_URL"));
        config.setUsername(System.getenv("DB_USER"));
        config.setPassword(System.getenv("DB_PASSWORD"));
        config.setDriverClassName("org.postgresql.Driver");
        config.setMaximumPoolSize(10);
        event.getServletContext().setAttribute(NAME, new HikariDataSource(config));
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        ((HikariDataSource) event.getServletContext().getAttribute(NAME)).close();
    }
}
