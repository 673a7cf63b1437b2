package com.terafy.it.differential.inside;

/** The code of a scenario. */
@FunctionalInterface
public interface Code {

    void on(Scene scene) throws Exception;
}
