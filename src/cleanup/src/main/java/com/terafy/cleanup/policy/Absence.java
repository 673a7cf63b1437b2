package com.terafy.cleanup.policy;

import com.terafy.api.LifeSigns;
import java.time.Duration;

/**
 * What makes a pool instance gone.
 *
 * @param silence it has shown no sign of life for longer than this, by the server's clock
 * @param apart and that was seen in every look for at least this long, by the clock of the node that looks: should the
 *     server's be put forward, whoever lives shows it within this time
 */
public record Absence(Duration silence, Duration apart) {

    /** Six renewals of a lease between the first look and the last one. */
    public static final Absence USUAL = new Absence(LifeSigns.SILENCE, Duration.ofSeconds(30));
}
