package com.terafy.ra.passwords;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.settings.PoolSettings;
import com.terafy.pool.settings.SettingsReader;
import com.terafy.pool.settings.SettingsSource;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wildfly.security.auth.client.AuthenticationConfiguration;
import org.wildfly.security.auth.client.AuthenticationContext;
import org.wildfly.security.auth.client.MatchRule;

/** With Elytron's client and a credential store of its, as WildFly brings them. */
class ServerPasswordsTest {

    private static final List<URI> APP = List.of(URI.create("postgresql://app@db.example.com:5432/practice"));

    private KeptPasswords kept;

    @BeforeEach
    void makeStore(@TempDir Path directory) throws Exception {
        kept = new KeptPasswords(directory.resolve("store.cs"));
    }

    @AfterEach
    void forget() {
        kept.close();
    }

    @Test
    void theAliasIsReadEachTime() throws Exception {
        kept.keep("a", "first");
        kept.rule(KeptPasswords.of("app"), kept.reference("a"));
        assertThat(ServerPasswords.find(APP)).hasValue("first");

        kept.keep("a", "second");
        assertThat(ServerPasswords.find(APP)).hasValue("second");
    }

    @Test
    void roleHostPortAndDatabaseChooseTheRule() throws Exception {
        MatchRule rule = KeptPasswords.of("app")
                .matchHost("db.example.com")
                .matchPort(5432)
                .matchPath("/practice");
        kept.rule(rule, AuthenticationConfiguration.empty().usePassword("right"));

        assertThat(ServerPasswords.find(APP)).hasValue("right");
        for (String other : List.of(
                "postgresql://eve@db.example.com:5432/practice",
                "postgresql://app@db.example.net:5432/practice",
                "postgresql://app@db.example.com:5433/practice",
                "postgresql://app@db.example.com:5432/reports")) {
            assertThat(ServerPasswords.find(List.of(URI.create(other))))
                    .as(other)
                    .isEmpty();
        }
    }

    @Test
    void withoutARuleThereIsNone() throws Exception {
        assertThat(ServerPasswords.find(APP)).isEmpty();
    }

    @Test
    void aRuleForAnyProtocolIsAnotherSystemsAndNotTaken() throws Exception {
        kept.rule(
                MatchRule.ALL,
                AuthenticationConfiguration.empty().useName("app").usePassword("of-another-system"));

        assertThat(ServerPasswords.find(APP)).isEmpty();
    }

    @Test
    void anAliasThatIsNotInTheStoreIsSaidWithThePlaceAndWhatToDo() throws Exception {
        kept.keep("a", "never-shown");
        kept.rule(KeptPasswords.of("app"), kept.reference("a"));
        kept.remove("a");

        assertThatThrownBy(() -> ServerPasswords.find(APP))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(
                        "postgresql://app@db.example.com:5432/practice", "Add the alias", "credential store")
                .hasMessageNotContaining("never-shown");
    }

    @Test
    void aConfigurationWithoutACredentialIsSaid() {
        kept.rule(
                KeptPasswords.postgresql(),
                AuthenticationConfiguration.empty().useName("app").useRealm("any"));

        assertThatThrownBy(() -> ServerPasswords.find(APP)).hasMessageContaining("gives no password");
    }

    @Test
    void anotherRolesPasswordIsNotTaken() {
        kept.rule(
                KeptPasswords.postgresql(),
                AuthenticationConfiguration.empty().useName("postgres").usePassword("hidden"));

        assertThatThrownBy(() -> ServerPasswords.find(APP))
                .hasMessageContainingAll("authentication-name is postgres", "match-user")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void aContextThatCannotBeReadIsSaid() {
        AuthenticationContext.getContextManager()
                .setClassLoaderDefaultSupplier(ServerPasswords.class.getClassLoader(), () -> {
                    throw new IllegalStateException("wildfly-config.xml is wrong");
                });

        assertThatThrownBy(() -> ServerPasswords.find(APP))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("wildfly-config.xml is wrong");
    }

    @Test
    void theBorrowersOwnContextDoesNotCount() {
        Optional<String> found = AuthenticationContext.empty()
                .with(
                        KeptPasswords.of("app"),
                        AuthenticationConfiguration.empty().usePassword("the-borrowers"))
                .runAsSupplier(() -> {
                    try {
                        return ServerPasswords.find(APP);
                    } catch (IOException failed) {
                        throw new IllegalStateException(failed);
                    }
                });

        assertThat(found).isEmpty();
    }

    @Test
    void withoutElytronThereIsNoneAndNothingFails() throws Exception {
        URL[] without = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> !entry.getFileName().toString().startsWith("wildfly-"))
                .map(ServerPasswordsTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader server = new URLClassLoader(without, ClassLoader.getPlatformClassLoader())) {
            Class<?> alone = server.loadClass(ServerPasswords.class.getName());

            assertThatThrownBy(() -> server.loadClass(AuthenticationContext.class.getName()))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThat(alone.getMethod("find", List.class).invoke(null, APP)).isEqualTo(Optional.empty());
        }
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void ofSeveralHostsTheFirstThatHasARuleCounts() throws Exception {
        kept.rule(
                KeptPasswords.of("app").matchHost("second"),
                AuthenticationConfiguration.empty().usePassword("right"));
        List<URI> places = ServerPasswords.places("app", server("first,second:5433,third"));

        assertThat(places.stream().map(URI::toString))
                .containsExactly(
                        "postgresql://app@first:5432/terafy_db",
                        "postgresql://app@second:5433/terafy_db",
                        "postgresql://app@third:5432/terafy_db");
        assertThat(ServerPasswords.find(places)).hasValue("right");
    }

    @Test
    void whatAUriCannotHaveIsWrittenOtherwiseOrLeftOut() throws Exception {
        kept.rule(
                KeptPasswords.of("o'neil @ home").matchHost("terafy-postgres"),
                AuthenticationConfiguration.empty().usePassword("right"));
        assertThat(ServerPasswords.find(ServerPasswords.places("o'neil @ home", server("terafy_postgres"))))
                .hasValue("right");
        assertThat(ServerPasswords.places("app", server("[::1]"))).hasSize(1);
        assertThat(ServerPasswords.places("app", server("db.1a"))).isEmpty();
    }

    @Test
    void whatTheSettingsGiveIsTaken() throws Exception {
        kept.rule(
                KeptPasswords.of("terafy_app"),
                AuthenticationConfiguration.empty().usePassword("the-servers"));
        PoolSettings with = settings(Map.of("DB_PASSWORD", "the-settings"));
        PoolSettings without = settings(Map.of());

        assertThat(ServerPasswords.of(with.login(), with.server())).hasValue("the-settings");
        assertThat(ServerPasswords.of(without.login(), without.server())).hasValue("the-servers");
    }

    private static PoolSettings.Server server(String hosts) throws Exception {
        return settings(Map.of("DB_HOST", hosts)).server();
    }

    private static PoolSettings settings(Map<String, String> environment) throws Exception {
        return SettingsReader.read("TerafyDS", List.of(SettingsSource.environment(environment)), Set.of(), Set.of());
    }
}
