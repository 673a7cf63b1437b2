package com.terafy.pool.settings;

import static com.terafy.pool.settings.Reading.invalid;
import static com.terafy.pool.settings.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No secret in any message, {@code toString} or shown setting; and the password is what the user gave, to the letter. */
class SecretsStayHiddenTest {

    private static final String SECRET = "s3cr3tWord";

    @TempDir
    Path directory;

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', maxCharsPerColumn = 500, textBlock = """
            DB_HOST | jdbc:postgresql://db.example:5432/terafy_db?user=app&password=s3cr3tWord
            DB_HOST | app:s3cr3tWord@db.example
            DB_HOST | db.example:s3cr3tWord
            DB_HOST | db1,app:s3cr3tWord@db2:5432
            DB_NAME | jdbc:postgresql://db.example:5432/terafy_db?user=application&password=s3cr3tWord
            DB_PORT | 5432/terafy_db?password=s3cr3tWord
            DB_SSL_MODE | require&password=s3cr3tWord
            DB_POOL_IDLE_TIMEOUT | 4m&password=s3cr3tWord
            DB_POOL_MAX | 10?password=s3cr3tWord
            DB_PASSWORD_FILE | s3cr3tWord
            DB_PASSWORD_FILE | /s3cr3tWord
            DB_PASSWORD_FILE | no/such/s3cr3tWord
            DB_ADMIN_PASSWORD | s3cr3tWord
            DB_ADMIN_PASSWORD_FILE | s3cr3tWord
            DB_DRIVER_PROPERTIES | sslpassword=x;s3cr3tWord
            DB_DRIVER_PROPERTIES | sslpassword=x;s3cr3tWord=y
            DB_DRIVER_PROPERTIES | sslpassword=s3cr3tWord;sslpassword=s3cr3tWord
            DB_DRIVER_PROPERTIES | password=s3cr3tWord
            DB_DRIVER_PROPERTIES | sslPassword=s3cr3tWord
            """)
    void noMessageShowsASecretInABadSetting(String name, String value) {
        InvalidSettingsException invalid = invalid(SettingsSource.environment(Reading.environment(name, value)));
        assertThat(invalid.problems()).isNotEmpty().allMatch(problem -> problem.contains(name));
        assertThat(invalid.toString()).doesNotContain(SECRET).doesNotContain("s3cr3t");
    }

    @Test
    void noMessageShowsAGoodPasswordWhenSomethingElseIsBad() {
        InvalidSettingsException invalid = invalid(SettingsSource.environment(Reading.environment(
                "DB_PASSWORD", SECRET, "DB_ADMIN_USER", "a", "DB_ADMIN_PASSWORD", SECRET, "DB_PORT", "x")));
        assertThat(invalid.problems()).hasSize(1);
        assertThat(invalid.toString()).doesNotContain(SECRET);
    }

    @Test
    void aControlCharacterInABadValueForgesNoLine() {
        assertThat(Reading.problems("DB_PORT", "1\nTERAFY0001: all is well").get(0))
                .doesNotContain("\n");
    }

    @Test
    void neitherToStringNorTheShownSettingsHaveASecret() {
        PoolSettings settings = read(
                "DB_PASSWORD",
                SECRET,
                "DB_ADMIN_USER",
                "postgres",
                "DB_ADMIN_PASSWORD",
                SECRET,
                "DB_DRIVER_PROPERTIES",
                "sslpassword=" + SECRET + ";options=-c a.b=" + SECRET);
        assertThat(settings.toString()).doesNotContain(SECRET).contains("password (hidden)");
        assertThat(settings.shown().toString()).doesNotContain(SECRET);
        assertThat(settings.shown())
                .containsEntry("DB_PASSWORD", "(hidden)")
                .containsEntry("DB_ADMIN_PASSWORD", "(hidden)")
                .containsEntry("DB_DRIVER_PROPERTIES", "options=(hidden);sslpassword=(hidden)");
        assertThat(settings.server().driverProperties()).containsEntry("sslpassword", SECRET);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {" spaces around ", " ", "ü;=,'\""})
    void aPasswordIsTakenToTheLetter(String password) throws IOException {
        assertThat(read("DB_PASSWORD", password)
                        .login()
                        .password()
                        .orElseThrow()
                        .reveal())
                .isEqualTo(password);
    }

    @Test
    void aLoginMayHaveNoPassword() {
        assertThat(read().login().password()).isEmpty();
        assertThat(read("DB_PASSWORD", "").login().password()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'hush\n', hush", "'hush\r\n', hush", "'hush', hush", "' hush \n\n', ' hush \n'"})
    void oneLineEndOfAPasswordFileDoesNotCount(String content, String password) throws IOException {
        Path file = Files.writeString(directory.resolve("password"), content);
        assertThat(Secret.inFile(file).reveal()).isEqualTo(password);
    }

    @Test
    void aPasswordFileIsReadAfreshAfterARotation() throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "old");
        PoolSettings settings = read("DB_PASSWORD_FILE", file.toString());
        Secret secret = settings.login().password().orElseThrow();
        assertThat(secret.reveal()).isEqualTo("old");

        Files.writeString(file, "new\n");
        assertThat(secret.reveal()).isEqualTo("new");
        assertThat(secret).hasToString("password in " + file);
        assertThat(settings.shown())
                .containsEntry("DB_PASSWORD", "")
                .containsEntry("DB_PASSWORD_FILE", file.toString());
    }

    @Test
    void aPasswordFileThatBecameUnfitIsNamedWithoutItsContent() throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "\n");
        Secret secret = Secret.inFile(file);
        assertThatThrownBy(secret::reveal)
                .isInstanceOf(IOException.class)
                .hasMessage("The file " + file + " is empty.");

        Files.write(file, new byte[] {'a', (byte) 0xff});
        assertThatThrownBy(secret::reveal)
                .isInstanceOf(IOException.class)
                .hasMessage("The file " + file + " is not UTF-8.");

        Files.delete(file);
        assertThatThrownBy(secret::reveal).isInstanceOf(IOException.class).hasMessageContaining(file.toString());
    }
}
