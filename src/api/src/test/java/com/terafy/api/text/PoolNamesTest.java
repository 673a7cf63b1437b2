package com.terafy.api.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoolNamesTest {

    @ParameterizedTest
    @CsvSource({
        "TerafyDS, DB_POOL_MAX, terafy.db.pool.max",
        "Reporting, REPORTING_DB_POOL_MAX, terafy.reporting.db.pool.max",
        "my-pool.v2_x, MY_POOL_V2_X_DB_POOL_MAX, terafy.my.pool.v2.x.db.pool.max"
    })
    void aPoolsOwnSettingsHaveItsNameBeforeTheirs(String pool, String variable, String property) {
        assertThat(PoolNames.variable(pool, "DB_POOL_MAX")).isEqualTo(variable);
        assertThat(PoolNames.property(pool, "DB_POOL_MAX")).isEqualTo(property);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TerafyDS", "a", "Reporting.2", "ReportDB", "0123456789012345678901234567890123456789"})
    void thesePoolsMayBeCalledSo(String name) {
        assertThat(PoolNames.problem(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a/b", "é", "01234567890123456789012345678901234567890"})
    void otherCharactersAndLengthsAreNoName(String name) {
        assertThat(PoolNames.problem(name))
                .hasValueSatisfying(what -> assertThat(what).contains("1 to 40 letters"));
    }

    /** DB_POOL_DB_HOST would be an unknown setting of TerafyDS. */
    @ParameterizedTest
    @ValueSource(strings = {"DB", "db_pool", "Main.DB", "my-db-2"})
    void theWordOfTheSettingsIsNotInAName(String name) {
        assertThat(PoolNames.problem(name))
                .hasValueSatisfying(what -> assertThat(what).contains("\"DB\""));
    }

    @Test
    void onlyTheDefaultPoolExactlyHasNothingBeforeItsSettings() {
        assertThat(PoolNames.variable("terafyds", "DB_HOST")).isEqualTo("TERAFYDS_DB_HOST");
    }
}
