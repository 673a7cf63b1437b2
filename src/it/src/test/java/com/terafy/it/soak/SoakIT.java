package com.terafy.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random load under random faults; short here, longer by hand, see package-info.java. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class SoakIT {

    private static final double MINUTES = Double.parseDouble(System.getProperty("soak.minutes"));

    /** Another one every time, unless told. */
    private static final long SEED = Long.getLong("soak.seed", new Random().nextInt(1_000_000));

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void whatMustHoldHoldsUnderRandomLoadAndRandomFaults() {
        Duration length = Duration.ofSeconds(Math.round(60 * MINUTES));
        assertThat(new Soak(SEED, length).run()).as("soak.seed=" + SEED).isEmpty();
    }
}
