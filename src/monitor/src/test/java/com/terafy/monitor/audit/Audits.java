package com.terafy.monitor.audit;

import com.terafy.api.HistoryCount;
import com.terafy.api.HistoryEvent;
import com.terafy.api.HistoryPage;
import com.terafy.api.HistoryQuery;
import com.terafy.api.OperationHistory;
import java.util.List;
import java.util.Optional;

/** Audits for tests of other packages. */
public final class Audits {

    private Audits() {}

    /** One that adds what it is told to this list. */
    public static Audit telling(List<HistoryEvent> told) {
        OperationHistory history = new OperationHistory() {
            @Override
            public void add(String pool, HistoryEvent event) {
                told.add(event);
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
