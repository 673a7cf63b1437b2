package com.terafy.monitor.audit;

import com.terafy.api.HistoryCount;
import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryPage;
import com.terafy.api.HistoryQuery;
import com.terafy.api.OperationHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Audits for tests of other packages. */
public final class Audits {

    private Audits() {}

    /** One that adds what it is told to this list. */
    public static Audit telling(List<HistoryEvent> told) {
        return telling(told, new ArrayList<>());
    }

    /** The same with the names of the pools that it is about to another. */
    public static Audit telling(List<HistoryEvent> told, List<String> pools) {
        OperationHistory history = new OperationHistory() {
            @Override
            public void add(String pool, HistoryEvent event) {
                told.add(event);
                pools.add(pool);
            }

            @Override
            public HistoryPage page(HistoryQuery query) {
                return new HistoryPage(false, List.of(), Optional.empty());
            }

            @Override
            public List<HistoryCount> counts() {
                return List.of();
            }
        };
        return new Audit(history, System::nanoTime);
    }
}
