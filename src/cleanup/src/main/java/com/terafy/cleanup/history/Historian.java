package com.terafy.cleanup.history;

import com.terafy.api.HistoryCount;
import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryPage;
import com.terafy.api.HistoryQuery;
import com.terafy.api.OperationHistory;
import com.terafy.api.PoolOperations;
import com.terafy.api.TerafyDataSource;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.annotation.security.PermitAll;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The history for the modules of the EAR. Everything else is in {@link History} and {@link AuditDoor}. Starts before
 * the backend cleanup and ends after it, so that nothing is told to a closed door.
 */
@Singleton
@Startup
@Local(OperationHistory.class)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
@PermitAll
public class Historian implements OperationHistory {

    private static final System.Logger LOG = System.getLogger(Historian.class.getName());

    // Set by the container, and by start(), before any business method is called.
    @Resource(lookup = "java:/TerafyDS")
    @SuppressWarnings("NullAway.Init")
    private DataSource dataSource;

    @SuppressWarnings("NullAway.Init")
    private History history;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public Historian() {}

    @PostConstruct
    void start() {
        String node = AuditDoor.node();
        String pool = "(none)";
        try {
            PoolOperations operations =
                    dataSource.unwrap(TerafyDataSource.class).operations();
            pool = operations.name();
            node = operations.identity().node();
        } catch (SQLException notOurs) {
            LOG.log(Level.DEBUG, "The backend cleanup fails the deployment for that", notOurs);
        }
        Optional<Path> directory = directory(System.getProperty("jboss.server.data.dir", ""), pool);
        if (directory.isEmpty()) {
            LOG.log(Level.WARNING, HistoryMessages.noDirectory(pool));
        }
        history = new History(node, pool, directory.map(HistoryFiles::new), InstantSource.system());
        AuditDoor.open(history);
    }

    /** Below the server's data directory; empty if it has none. */
    static Optional<Path> directory(String data, String pool) {
        return data.isBlank()
                ? Optional.empty()
                : Optional.of(Path.of(data, "terafy", pool.replaceAll("[^A-Za-z0-9_-]", "_"), "history"));
    }

    @PreDestroy
    void stop() {
        AuditDoor.close(history);
        history.close();
    }

    @Override
    public void add(String about, HistoryEvent event) {
        AuditDoor.tell(about, event);
    }

    @Override
    public HistoryPage page(HistoryQuery query) {
        return history.page(query);
    }

    @Override
    public List<HistoryCount> counts() {
        return history.counts();
    }
}
