/**
 * A real Patroni cluster under an application: a planned switchover, a crash and a freeze of the primary, its return as a
 * replica, and all servers down, seen through Terafy's pools, through WildFly's own datasource and through HikariCP at the
 * same moment. The whole is a command of its own, {@code mvn -q -B -Pswitchover -pl src/it -am verify}, which prints a table
 * and fails where Terafy misses a goal; {@link com.terafy.it.switchover.SwitchoverIT} is the short form. Needs Debian's
 * Patroni, etcd, HAProxy and PostgreSQL, see {@code .ci/cluster}.
 *
 * <p>May depend on: what {@code com.terafy.it} may. {@code inside} is the application. Start reading at {@link
 * com.terafy.it.switchover.SwitchoverRun}.
 */
@NullMarked
package com.terafy.it.switchover;

import org.jspecify.annotations.NullMarked;
