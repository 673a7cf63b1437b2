package com.terafy.ra.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.postgresql.PGProperty;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;
import org.postgresql.util.PSQLException;

/** Authentication plugins that implement the interface of another driver; in a server: {@code PasswordsIT}. */
class ModulePluginTest {

    /** As another driver has it, and an older one. */
    public enum Request {
        CLEARTEXT_PASSWORD,
        SASL
    }

    /** One that wants the properties of the login. */
    public static class Foreign {
        private final Properties login;

        public Foreign(Properties login) {
            this.login = login;
        }

        public char[] getPassword(Request request) throws SQLException {
            return switch (PGProperty.USER.getOrDefault(login)) {
                case "refused" -> throw new SQLException("the token is over", "28000");
                case "broken" -> throw new IllegalStateException("nobody answers");
                default ->
                    (request + " of " + PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME.getOrDefault(login)).toCharArray();
            };
        }
    }

    /** One that wants nothing, and is asked for what it does not know. */
    public static class Simple {
        public char[] getPassword(Request request) {
            return String.valueOf(request).toCharArray();
        }
    }

    /** One of this driver. */
    public static class Own implements AuthenticationPlugin {
        @Override
        public char[] getPassword(AuthenticationRequestType type) {
            return new char[0];
        }
    }

    private static Properties login(String plugin, String user) throws SQLException {
        Properties login = new Properties();
        PGProperty.USER.set(login, user);
        PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME.set(login, plugin);
        ModulePlugin.standBefore(login);
        return login;
    }

    private static String ask(Class<?> plugin, String user, AuthenticationRequestType type) throws SQLException {
        Properties login = login(plugin.getName(), user);
        assertThat(PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME.getOrDefault(login))
                .isEqualTo(ModulePlugin.class.getName());
        return String.valueOf(new ModulePlugin(login).getPassword(type));
    }

    @Test
    void isAskedInItsOwnTermsWithTheLoginAsTheUserWroteIt() throws SQLException {
        assertThat(ask(Foreign.class, "ana", AuthenticationRequestType.SASL))
                .isEqualTo("SASL of " + Foreign.class.getName());
        assertThat(ask(Simple.class, "ana", AuthenticationRequestType.CLEARTEXT_PASSWORD))
                .isEqualTo("CLEARTEXT_PASSWORD");
        assertThat(ask(Simple.class, "ana", AuthenticationRequestType.GSS)).isEqualTo("null");
    }

    @Test
    void whatItSaysIsPassedOnAndWhatItDoesNotSayMayPass() {
        assertThatExceptionOfType(PSQLException.class)
                .isThrownBy(() -> ask(Foreign.class, "refused", AuthenticationRequestType.SASL))
                .withMessage("the token is over")
                .returns("28000", SQLException::getSQLState);
        assertThatExceptionOfType(PSQLException.class)
                .isThrownBy(() -> ask(Foreign.class, "broken", AuthenticationRequestType.SASL))
                .withMessageContaining("nobody answers")
                .returns("08001", SQLException::getSQLState);
    }

    @Test
    void oneOfThisDriverIsLeftToIt() throws SQLException {
        assertThat(PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME.getOrDefault(login(Own.class.getName(), "ana")))
                .isEqualTo(Own.class.getName());
        assertThat(PGProperty.AUTHENTICATION_PLUGIN_CLASS_NAME.getOrDefault(login("", "ana")))
                .isEmpty();
    }

    @Test
    void whatIsNotThereOrNoPluginIsNamed() {
        assertThatExceptionOfType(PSQLException.class)
                .isThrownBy(() -> login("com.example.Missing", "ana"))
                .withMessageStartingWith("There is no class com.example.Missing. ")
                .returns("22023", SQLException::getSQLState);
        assertThatExceptionOfType(PSQLException.class)
                .isThrownBy(() -> ask(Thread.class, "ana", AuthenticationRequestType.SASL))
                .withMessageStartingWith("The class java.lang.Thread is no authentication plugin")
                .returns("22023", SQLException::getSQLState);
    }
}
