package com.terafy.it.soak;

/**
 * A quiet time and a fault.
 *
 * @param number from 1
 * @param threads of the application that work in this step
 * @param quietMillis before the fault
 * @param lastsMillis how long the fault lasts, where it is one that lasts
 * @param amount from 1 to 4: how many backends, dropped connections, or what else the fault counts
 */
record Step(int number, Fault fault, int threads, int quietMillis, int lastsMillis, int amount) {

    @Override
    public String toString() {
        return String.format(
                "%3d %-20s %d threads, after %4d ms, for %4d ms, amount %d",
                number, fault, threads, quietMillis, lastsMillis, amount);
    }
}
