/**
 * What is particular to the container whose pool holds the connections: {@link com.terafy.ra.container.ContainerPool}
 * gives that pool the sizes and times of the settings, and has it offer what is idle to a sweep.
 *
 * <p>May depend on: {@code com.terafy.pool.settings}, the Connectors API. IronJacamar is reached by reflection, so that
 * the adapter loads on every container.
 */
@NullMarked
package com.terafy.ra.container;

import org.jspecify.annotations.NullMarked;
