package com.terafy.bench.inside;

/** One operation of a workload. */
@FunctionalInterface
interface Operation {

    /** Returns something that depends on all that was read, so that nothing can be left out. */
    long run() throws Exception;
}
