package com.terafy.it.nodes;

import java.time.Instant;

/**
 * A session of a pool instance that says nothing more.
 *
 * @param what it is, for people
 * @param tagged whether its name says whose it is
 * @param silentSince when its instance last said something
 */
record Orphan(Session session, String what, boolean tagged, Instant silentSince) {}
