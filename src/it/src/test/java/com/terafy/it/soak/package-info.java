/**
 * Random load under random faults, all from one seed: {@code mvn -B -Psoak verify -Dsoak.minutes=10 -Dsoak.seed=4711}.
 * What happens is in {@link com.terafy.it.soak.Schedule} (which fault comes when) and {@link com.terafy.it.soak.Faults}
 * (how it is done); what must hold all the time is in {@link com.terafy.it.soak.OperationRules} (what the application
 * sees), {@link com.terafy.it.soak.BackendWatch} (what the database sees) and {@link com.terafy.it.soak.Aftermath}
 * (what is left). {@code inside} is the application.
 *
 * <p>May depend on: what {@code com.terafy.it} may. Start reading at {@link com.terafy.it.soak.Soak}.
 */
@NullMarked
package com.terafy.it.soak;

import org.jspecify.annotations.NullMarked;
