package com.terafy.it.differential.inside;

/** Something that may fail; what it fails with is part of the outcome. */
@FunctionalInterface
public interface Step {

    void run() throws Exception;
}
