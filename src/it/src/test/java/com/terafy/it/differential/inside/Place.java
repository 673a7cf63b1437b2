package com.terafy.it.differential.inside;

/** Where the code of a scenario runs. */
public enum Place {
    /** The thread of a request. */
    SERVLET,
    /** An EJB that demarcates its transactions itself. */
    BEAN,
    /** An EJB in a transaction of the container, which ends after the code. */
    REQUIRED,
    /** A task of the server's executor. */
    TASK,
    /** A thread that the server does not know. */
    THREAD
}
