package com.terafy.monitor.audit;

import com.terafy.api.HistoryCount;
import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryKind;
import com.terafy.api.HistoryOutcome;
import com.terafy.api.HistoryPage;
import com.terafy.api.HistoryQuery;
import com.terafy.api.HistoryTarget;
import com.terafy.api.OperationHistory;
import com.terafy.api.UserRequest;
import com.terafy.api.text.PoolNames;
import com.terafy.monitor.json.JsonNames;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Every action of a user, whatever came of it, every look at full query texts, both where they were refused, and failed
 * logins. What the backend cleanup does on a user's word it tells itself, backend by backend (TERAFY0420 and following).
 * What is about a pool is told of it; what is about none, of the default one.
 *
 * <p>Thread-safe. An event that cannot be told, such as while the EAR is being undeployed, fails nothing.
 */
@ApplicationScoped
public class Audit {

    private static final System.Logger LOG = System.getLogger(Audit.class.getName());

    /** In place of a rule, where a person decided; as the backend cleanup has it. */
    private static final String ADMINISTRATOR = "ADMINISTRATOR";

    private final FailedLogins failedLogins;

    // Set by the container before any business method is called.
    @EJB(lookup = OperationHistory.JNDI_NAME)
    @SuppressWarnings("NullAway.Init")
    private OperationHistory history;

    /** For the container. */
    @SuppressWarnings("NullAway.Init")
    public Audit() {
        failedLogins = new FailedLogins(System::nanoTime);
    }

    /**
     * For tests.
     *
     * @param nanoTime as {@link System#nanoTime()}
     */
    Audit(OperationHistory history, LongSupplier nanoTime) {
        this.history = history;
        this.failedLogins = new FailedLogins(nanoTime);
    }

    /**
     * A flush of the pool.
     *
     * @param pool its name, here and in what follows
     * @param mode which connections
     * @param connections how many were marked or ended
     */
    public void flushed(String pool, UserRequest request, String mode, int connections) {
        tell(
                pool,
                HistoryEvent.of(HistoryKind.FLUSH, HistoryOutcome.DONE, "flush mode=" + mode)
                        .by(request)
                        .counting(connections));
    }

    /** A flush of the pool that failed. */
    public void flushFailed(String pool, UserRequest request, String mode) {
        tell(
                pool,
                HistoryEvent.of(HistoryKind.FLUSH, HistoryOutcome.FAILED, "flush mode=" + mode)
                        .by(request));
    }

    /**
     * Settings that were changed until the next start.
     *
     * @param names those that were asked for
     * @param before the settings as they were
     * @param after as they are now
     */
    public void settingsChanged(
            String pool,
            UserRequest request,
            Collection<String> names,
            Map<String, String> before,
            Map<String, String> after) {
        String list = names.stream()
                .sorted()
                .map(name -> name + "=" + after.get(name) + " (was " + before.get(name) + ")")
                .collect(Collectors.joining(", "));
        tell(
                pool,
                HistoryEvent.of(HistoryKind.SETTINGS, HistoryOutcome.DONE, "settings " + list)
                        .by(request));
    }

    /** A change of settings that failed; what is wrong is refused instead. */
    public void settingsFailed(String pool, UserRequest request, Collection<String> names) {
        String list = names.stream().sorted().collect(Collectors.joining(", "));
        tell(
                pool,
                HistoryEvent.of(HistoryKind.SETTINGS, HistoryOutcome.FAILED, "settings " + list)
                        .by(request));
    }

    /**
     * A pause of the pool, or the end of one.
     *
     * @param kind {@link HistoryKind#PAUSE} or {@link HistoryKind#RESUME}
     */
    public void paused(String pool, HistoryKind kind, UserRequest request, HistoryOutcome outcome) {
        tell(pool, HistoryEvent.of(kind, outcome, JsonNames.of(kind)).by(request));
    }

    /**
     * A pass of the backend cleanup on a user's word.
     *
     * @param ended how many backends are gone
     */
    public void cleanupRun(String pool, UserRequest request, HistoryOutcome outcome, long ended) {
        tell(
                pool,
                HistoryEvent.of(HistoryKind.CLEANUP_RUN, outcome, "cleanup run")
                        .by(request)
                        .counting((int) ended));
    }

    /**
     * What a user wanted done to a backend, where the backend cleanup did not come to an answer, and may have told
     * nothing. Where it broke off in the middle it is told there as well.
     *
     * @param kind {@link HistoryKind#TERMINATE} or {@link HistoryKind#CANCEL}
     */
    public void notActed(
            String pool, HistoryKind kind, UserRequest request, int pid, Instant backendStart, HistoryOutcome outcome) {
        tell(
                pool,
                HistoryEvent.of(kind, outcome, ADMINISTRATOR)
                        .on(HistoryTarget.named(pid, backendStart))
                        .by(request));
    }

    /**
     * Full query texts that were shown.
     *
     * @param filter what was asked for
     * @param pids whose texts they are
     */
    public void queryTexts(String pool, UserRequest request, String filter, List<Integer> pids) {
        tell(
                pool,
                HistoryEvent.of(HistoryKind.QUERY_TEXTS, HistoryOutcome.DONE, filter)
                        .by(request)
                        .showing(pids));
    }

    /**
     * Somebody asked for what he did not get, and nothing was done.
     *
     * @param what method and path as they were asked for
     * @param status the HTTP status he got
     */
    public void refused(UserRequest request, String what, int status) {
        tell(HistoryEvent.of(HistoryKind.REFUSAL, HistoryOutcome.REFUSED, what)
                .by(request)
                .answered(status));
    }

    /**
     * A login that failed. Told one by one within the bounds of {@link FailedLogins}, and counted beyond.
     *
     * @param login the header it came with
     * @param from address of the client, or of the proxy before the server
     */
    public void failedLogin(LoginHeader login, String from) {
        tellCounted();
        if (failedLogins.isToldOneByOne(from)) {
            tell(HistoryEvent.of(HistoryKind.FAILED_LOGIN, HistoryOutcome.REFUSED, login.scheme())
                    .by(new UserRequest(login.user(), from, "")));
        }
    }

    @PreDestroy
    void stop() {
        failedLogins.counted().forEach(this::tell);
    }

    /** Tells the failed logins that were counted, when their minute is over. */
    public void tellCounted() {
        failedLogins.over().forEach(this::tell);
    }

    /** The newest entries of the history that are wanted. */
    public HistoryPage page(HistoryQuery query) {
        return history.page(query);
    }

    /** How often each thing was told since the deployment. */
    public List<HistoryCount> counts() {
        return history.counts();
    }

    private void tell(HistoryEvent event) {
        tell(PoolNames.DEFAULT, event);
    }

    private void tell(String pool, HistoryEvent event) {
        try {
            history.add(pool, event);
        } catch (RuntimeException ended) {
            LOG.log(Level.WARNING, "TERAFY0514: Monitoring: an event could not be audited: " + event, ended);
        }
    }
}
