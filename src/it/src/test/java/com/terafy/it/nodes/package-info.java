/**
 * The backend cleanup for real between nodes, for as long as one likes: {@code mvn -q -B -Pnodes -pl src/it -am verify
 * -Dnodes.minutes=60 -Dnodes.seed=4711}. Three servers with terafy.ear as shipped, each with other legal settings, borrow
 * connections from one PostgreSQL and keep them silent, while what a cleanup could be deceived by happens in an order drawn
 * from a seed. No session of a node is ended, and each orphan is, in time. Not part of the tests: that a pool has gone
 * takes two minutes in any form of it. Those parts that judge are tested here, {@code NodesTest} in src/cleanup is the
 * short form.
 *
 * <p>May depend on: what {@code com.terafy.it} may. {@code inside} is the application. Start reading at {@link
 * com.terafy.it.nodes.NodesRun}.
 */
@NullMarked
package com.terafy.it.nodes;

import org.jspecify.annotations.NullMarked;
