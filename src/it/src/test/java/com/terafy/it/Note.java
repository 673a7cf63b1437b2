package com.terafy.it;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** A row to find again. */
@Entity
public class Note {

    @Id
    private int id;

    /** For JPA. */
    protected Note() {}

    public Note(int id) {
        this.id = id;
    }

    public int getId() {
        return id;
    }
}
