package com.terafy.it.soak.inside;

/** One task under way. Used by one thread. */
final class Attempt {

    /** What must be true of the row of this attempt. */
    enum Fate {
        /** It writes none. */
        NONE,
        /** Nobody has told the database to keep it: it must not be there. */
        ABSENT,
        /** The database was told to keep it and has not answered: it may be there. */
        OPEN,
        /** The database has said that it is kept. */
        COMMITTED
    }

    private final long id;
    private final Task task;
    private Fate fate = Fate.NONE;
    private long borrowedAt;

    /** @param id of the row, unique in a run */
    Attempt(long id, Task task) {
        this.id = id;
        this.task = task;
    }

    long id() {
        return id;
    }

    Task task() {
        return task;
    }

    Fate fate() {
        return fate;
    }

    void is(Fate now) {
        this.fate = now;
    }

    void borrowed() {
        borrowedAt = System.currentTimeMillis();
    }

    /** Zero if no connection was to be had. */
    long borrowedAt() {
        return borrowedAt;
    }
}
