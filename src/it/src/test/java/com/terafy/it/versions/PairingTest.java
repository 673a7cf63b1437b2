package com.terafy.it.versions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairingTest {

    @Test
    void eachVersionIsTriedAndNoCombinationTwice() {
        assertThat(Pairing.of(List.of("31", "35", "39"), List.of(17, 21, 25), List.of("14", "16", "18")))
                .extracting(pairing -> pairing.wildfly() + "/" + pairing.jdk() + "/" + pairing.postgres())
                .containsExactly(
                        "31/17/14", "31/17/18", "35/17/18", "39/17/18", "39/17/14", "39/17/16", "39/21/18", "39/25/18");
    }

    @Test
    void oneOfEachIsOneCombination() {
        assertThat(Pairing.of(List.of("39"), List.of(17), List.of("18"))).hasSize(1);
    }
}
