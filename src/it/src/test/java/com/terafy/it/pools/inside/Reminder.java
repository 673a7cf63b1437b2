package com.terafy.it.pools.inside;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** Something that is to be done some time, and was done or not. */
@Entity
public class Reminder {

    @Id
    private int id;

    private boolean done;

    /** For JPA. */
    protected Reminder() {}

    Reminder(int id) {
        this.id = id;
    }

    void finish() {
        done = true;
    }

    /** Whether its timer has fired. */
    public boolean isDone() {
        return done;
    }
}
