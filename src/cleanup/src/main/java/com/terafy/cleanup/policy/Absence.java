package com.terafy.cleanup.policy;

import com.terafy.api.LifeSigns;
import java.time.Duration;

/**
 * What makes a pool instance gone.
 *
 * @param silence none of its sessions has changed its state for longer than this, by the server's clock
 * @param seen and that was seen in every look for at least this long, by the clock of the node that looks: a session that has
 *     ended takes its last sign of life with it, and the server's clock may be put forward
 * @param gap longest time between two looks that belong together: in a longer one signs of life may have come and gone
 */
public record Absence(Duration silence, Duration seen, Duration gap) {

    /** Between two looks of each node, also where its passes are rarer. */
    public static final Duration LOOKS = Duration.ofSeconds(30);

    /** Half as much again between two looks is late, and one that is left out is a gap. */
    public static final Absence USUAL = new Absence(
            LifeSigns.SILENCE, Duration.ofSeconds(90), LOOKS.multipliedBy(3).dividedBy(2));

    public Absence {
        if (gap.compareTo(seen) >= 0) {
            throw new IllegalArgumentException(
                    "gap is " + gap + ", not shorter than seen, " + seen + "; two looks prove nothing");
        }
    }
}
