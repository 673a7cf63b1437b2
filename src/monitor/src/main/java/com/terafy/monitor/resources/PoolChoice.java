package com.terafy.monitor.resources;

import com.terafy.monitor.parameters.Arguments;
import com.terafy.monitor.parameters.Parameter;
import com.terafy.monitor.pools.PoolMonitor;
import com.terafy.monitor.problems.ProblemException;
import java.util.List;
import java.util.Optional;

/** Which pool a request is about: that of its path, that of its query, or the default one. */
final class PoolChoice {

    private PoolChoice() {}

    /**
     * The one that is meant.
     *
     * @param running every pool that runs now, the default one first
     * @throws ProblemException that names those that there are: 404 where the path names another, 422 where the query does
     */
    static PoolMonitor of(List<PoolMonitor> running, Arguments arguments) {
        Optional<String> inPath = arguments.text(Parameter.POOL);
        Optional<String> wanted = inPath.or(() -> arguments.text(Parameter.OF_POOL));
        if (wanted.isEmpty()) {
            return running.get(0);
        }
        return running.stream()
                .filter(monitor -> monitor.name().equals(wanted.get()))
                .findFirst()
                .orElseThrow(() -> missing(running, inPath.isPresent()));
    }

    private static ProblemException missing(List<PoolMonitor> running, boolean inPath) {
        List<String> names = running.stream().map(PoolMonitor::name).toList();
        String detail = "There is no pool of that name.";
        return inPath
                ? ProblemException.notFound(Parameter.POOL.text(), detail, names)
                : ProblemException.parameter(Parameter.OF_POOL.text(), detail, names);
    }
}
