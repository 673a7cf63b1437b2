package com.example.practice;

import jakarta.ejb.ApplicationException;

/** Somebody else comes at that time. Thrown out of an EJB it rolls the transaction back. */
@ApplicationException(rollback = true)
public class TimeTakenException extends Exception {

    public TimeTakenException(Throwable cause) {
        super("There is another appointment at that time.", cause);
    }
}
