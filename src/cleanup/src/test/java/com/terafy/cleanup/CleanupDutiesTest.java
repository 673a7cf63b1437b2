package com.terafy.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import com.terafy.api.PoolOperations;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which pool cleans for which; a pool is written as its name and what differs from the usual settings. */
class CleanupDutiesTest {

    private static PoolOperations pool(String name, String... namesAndValues) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "DB_HOST", "h", "DB_PORT", "5432", "DB_NAME", "d", "DB_USER", "u", "DB_CLEANUP_ENABLED", "true"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return (PoolOperations) Proxy.newProxyInstance(
                CleanupDutiesTest.class.getClassLoader(),
                new Class<?>[] {PoolOperations.class},
                (self, method, arguments) -> method.getName().equals("name") ? name : settings);
    }

    @Test
    void theFirstPoolOfADatabaseDoesItForAll() {
        assertThat(CleanupDuties.of(List.of(pool("A"), pool("B"), pool("C"))))
                .isEqualTo(Map.of("A", "A", "B", "A", "C", "A"));
    }

    @Test
    void anotherHostPortOrNameIsAnotherDatabase() {
        assertThat(CleanupDuties.of(List.of(
                        pool("A"), pool("B", "DB_HOST", "i"), pool("C", "DB_PORT", "1"), pool("D", "DB_NAME", "e"))))
                .isEqualTo(Map.of("A", "A", "B", "B", "C", "C", "D", "D"));
    }

    @Test
    void aPoolThatIsSwitchedOffDoesItForNobodyAndNobodyForIt() {
        assertThat(CleanupDuties.of(List.of(pool("A", "DB_CLEANUP_ENABLED", "false"), pool("B"), pool("C"))))
                .isEqualTo(Map.of("A", "A", "B", "B", "C", "B"));
    }

    @Test
    void anotherRoleMayDoOtherThingsAndAnotherScopeIsOfOthers() {
        assertThat(CleanupDuties.of(List.of(
                        pool("A", "DB_CLEANUP_SCOPE", "database"),
                        pool("B", "DB_CLEANUP_SCOPE", "database", "DB_USER", "v"),
                        pool("C", "DB_CLEANUP_SCOPE", "application"),
                        pool("D", "DB_CLEANUP_SCOPE", "database"))))
                .isEqualTo(Map.of("A", "A", "B", "B", "C", "C", "D", "A"));
    }

    /** A dry run of one keeps nobody else from acting. */
    @Test
    void onesDryRunKeepsNoOtherFromEndingAnything() {
        assertThat(CleanupDuties.of(List.of(
                        pool("A", "DB_CLEANUP_DRY_RUN", "true"), pool("B"), pool("C", "DB_CLEANUP_DRY_RUN", "true"))))
                .isEqualTo(Map.of("A", "B", "B", "B", "C", "B"));
        assertThat(CleanupDuties.of(
                        List.of(pool("A", "DB_CLEANUP_DRY_RUN", "true"), pool("B", "DB_CLEANUP_DRY_RUN", "true"))))
                .isEqualTo(Map.of("A", "A", "B", "A"));
    }

    /** Of the same hosts each is on another one. */
    @Test
    void whoLooksForAnotherKindOfServerIsOnAnotherOne() {
        assertThat(CleanupDuties.of(List.of(
                        pool("A", "DB_TARGET_SERVER_TYPE", "primary"),
                        pool("B", "DB_TARGET_SERVER_TYPE", "secondary"))))
                .isEqualTo(Map.of("A", "A", "B", "B"));
    }
}
