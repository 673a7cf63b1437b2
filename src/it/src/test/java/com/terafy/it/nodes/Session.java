package com.terafy.it.nodes;

import com.terafy.testkit.Backend;
import java.time.Instant;

/** A session of the database for all time: process ids are reused. */
record Session(long pid, Instant start) {

    static Session of(Backend backend) {
        return new Session(backend.pid(), backend.backendStart());
    }
}
