package com.terafy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServerUserTest {

    private static final Binaries BINARIES = Binaries.unpacked();

    /** As root those of the four that this machine allows, else the one of an ordinary user. */
    static List<ServerUser> usableWays() {
        return ServerUser.ways().stream()
                .filter(way -> way.refusal(BINARIES).isEmpty())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("usableWays")
    void aServerRunsRestartsAndIsKilledByEveryUsableWay(ServerUser way) {
        try (TestPostgres postgres = TestPostgres.builder().as(way).start()) {
            assertThat(postgres.setting("is_superuser")).isEqualTo("on");
            postgres.restartFast();
            postgres.killServer();
            postgres.start();
            postgres.freeze();
        }
    }

    @Test
    void noWayGivesOneErrorThatNamesAllAndSaysWhatToDo() {
        List<ServerUser> ways = List.of(
                new ServerUser("absent", List.of("no-such-program"), null),
                new ServerUser("refusing", List.of("false"), null));

        assertThatIllegalStateException()
                .isThrownBy(() -> ServerUser.first(ways, BINARIES))
                .withMessageContaining("absent: not installed")
                .withMessageContaining("refusing: exit code 1")
                .withMessageContaining("Run the build as an ordinary user");
    }

    @Test
    void theFirstWayThatWorksIsTaken() {
        ServerUser absent = new ServerUser("absent", List.of("no-such-program"), null);
        ServerUser usable = usableWays().get(0);

        assertThat(ServerUser.first(List.of(absent, usable), BINARIES)).isEqualTo(usable);
    }
}
