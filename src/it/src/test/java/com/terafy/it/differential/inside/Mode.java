package com.terafy.it.differential.inside;

/** How the datasources take part in transactions. */
public enum Mode {
    LOCAL,
    XA
}
