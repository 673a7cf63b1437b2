package com.terafy.pool.reaping;

/** What a sweep does with an idle connection. */
public enum SweepVerdict {
    /** Ask the server whether it works, which also keeps its backend from looking abandoned. */
    VALIDATE,
    /** Close it if the pool stays at its minimum; otherwise validate it. */
    REAP,
    /** Close it and let the container open a new one: it is too old. */
    REPLACE
}
