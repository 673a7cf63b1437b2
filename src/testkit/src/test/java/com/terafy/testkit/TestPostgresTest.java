package com.terafy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import org.junit.jupiter.api.Test;

class TestPostgresTest {

    @Test
    void aServerStartsAndAnswers() throws Exception {
        try (TestPostgres postgres = TestPostgres.start("max_prepared_transactions", "7")) {
            assertThat(postgres.setting("max_prepared_transactions")).isEqualTo("7");
            postgres.createRole("terafy_app", "s3cret-of-the-role");
            try (Connection connection = postgres.connect("terafy_app", "s3cret-of-the-role")) {
                assertThat(connection.isValid(5)).isTrue();
                assertThat(postgres.backends("terafy_app")).hasSize(1);
                postgres.restartFast();
                assertThat(connection.isValid(5)).isFalse();
            }
            postgres.reload("work_mem", "5MB");
            assertThat(postgres.setting("work_mem")).isEqualTo("5MB");
        }
    }
}
