package com.terafy.it.soak.inside;

/**
 * One thing to do.
 *
 * @param amount from 0 to 99, what it means depends on the action
 */
record Task(Action action, int amount) {}
