package com.terafy.it;

import jakarta.ejb.ApplicationException;

/** Rolls back when it leaves an EJB. */
@ApplicationException(rollback = true)
public class RefusedException extends Exception {}
