package com.terafy.ra.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertificateException;
import java.sql.BatchUpdateException;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

class PostgresErrorsTest {

    private static SQLException ofServer(String severity, String state) {
        return new PSQLException(
                new ServerErrorMessage("S" + severity + "\0V" + severity + "\0C" + state + "\0Mmessage\0\0"));
    }

    private static SQLException withCause(String state, Throwable cause) {
        return new SQLException("failed", state, cause);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08000", "08001", "08003", "08004", "08006", "08007", "08P01", "08S01"})
    void whatTheDriverSaysOfTheConnectionEndsIt(String state) {
        assertThat(PostgresErrors.endsConnection(new PSQLException("failed", stateOf(state))))
                .isTrue();
        assertThat(PostgresErrors.endsConnection(withCause(state, new EOFException())))
                .isTrue();
        assertThat(PostgresErrors.endsConnection(withCause(state, new SocketTimeoutException())))
                .isTrue();
    }

    private static PSQLState stateOf(String state) {
        return Arrays.stream(PSQLState.values())
                .filter(each -> each.getState().equals(state))
                .findFirst()
                .orElse(PSQLState.CONNECTION_FAILURE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08001", "08003", "08004", "08006", "08007", "08P01", "57P01", "57P02", "57P03", "57P04",
                "57P05", "25P03", "25P04", "58000", "58030", "XX000"
            })
    void aStateDoesNotEndTheConnectionTheSeverityDoes(String state) {
        assertThat(PostgresErrors.endsConnection(ofServer("ERROR", state))).isFalse();
        assertThat(PostgresErrors.endsConnection(ofServer("FATAL", state))).isTrue();
        assertThat(PostgresErrors.endsConnection(ofServer("PANIC", state))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "FATALE, FATAL, 57P01, true",
        "PANICO, PANIC, XX000, true",
        "FATALE, FATAL, 40001, true",
        "ERRORE, ERROR, 57P01, false",
        "FATAL, ERROR, 57P01, false"
    })
    void theSeverityIsReadWhereItIsNotTranslated(String translated, String severity, String state, boolean ends) {
        SQLException error = new PSQLException(
                new ServerErrorMessage("S" + translated + "\0V" + severity + "\0C" + state + "\0Mmessage\0\0"));

        assertThat(PostgresErrors.endsConnection(error)).isEqualTo(ends);
    }

    @Test
    void aServerThatTellsItsSeverityOnlyTranslatedIsTakenAtItsWord() {
        assertThat(PostgresErrors.endsConnection(
                        new PSQLException(new ServerErrorMessage("SFATAL\0C57P01\0Mmessage\0\0"))))
                .isTrue();
    }

    @Test
    void whatWrapsAnErrorOfTheServerCountsAsIt() {
        SQLException error = ofServer("ERROR", "08006");
        SQLException fatal = ofServer("FATAL", "57P01");

        assertThat(PostgresErrors.endsConnection(new BatchUpdateException("batch", "08006", 0, new int[0], error)))
                .isFalse();
        assertThat(PostgresErrors.endsConnection(new BatchUpdateException("batch", "57P01", 0, new int[0], fatal)))
                .isTrue();
        assertThat(PostgresErrors.endsConnection(new SQLClientInfoException(
                        "closed", Map.of(), new PSQLException("closed", PSQLState.CONNECTION_DOES_NOT_EXIST))))
                .isTrue();
    }

    /** In a failed transaction the driver gives what failed as the cause of each further error. */
    @Test
    void theFailureOfTheTransactionBeforeDoesNotCount() {
        SQLException refused = ofServer("FATAL", "57P01");
        refused.initCause(ofServer("ERROR", "22012"));
        SQLException failed = ofServer("ERROR", "25P02");
        failed.initCause(ofServer("ERROR", "08006"));

        assertThat(PostgresErrors.endsConnection(refused)).isTrue();
        assertThat(PostgresErrors.endsConnection(failed)).isFalse();
    }

    @Test
    void aConnectionThatEndsAfterAnErrorOfAStatementHasEnded() {
        SQLException error = ofServer("ERROR", "23505");
        error.setNextException(withCause("08006", new EOFException()));

        assertThat(PostgresErrors.endsConnection(error)).isTrue();
    }

    /** As the driver has it for "Failed to create object for", and for a count that is no number. */
    @Test
    void whatTheApplicationsOwnClassesThrowEndsNothing() {
        assertThat(PostgresErrors.endsConnection(withCause("08006", new IllegalArgumentException("no point"))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "57014", "40001", "40P01", "40003", "23505", "23503", "23502", "23514", "25P02", "25001", "42P01",
                "42601", "42501", "0A000", "22012", "53100", "53200", "53300", "55P03", "2D000", "P0001", "57000"
            })
    void endsTheStatementOnly(String state) {
        assertThat(PostgresErrors.endsConnection(new SQLException("failed", state)))
                .isFalse();
        assertThat(PostgresErrors.endsConnection(ofServer("ERROR", state))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "58000, FATAL, true",
        "58030, FATAL, true",
        "58P01, PANIC, true",
        "XX000, FATAL, true",
        "XX001, PANIC, true",
        "XX002, FATAL, true",
        "58030, ERROR, false",
        "XX000, ERROR, false",
        "XX001, ERROR, false",
        "XX002, ERROR, false",
        "53300, FATAL, true",
        "28P01, FATAL, true"
    })
    void whereTheCodeDoesNotTellTheSeverityDoes(String state, String severity, boolean ends) {
        assertThat(PostgresErrors.endsConnection(ofServer(severity, state))).isEqualTo(ends);
    }

    /** The driver's own failures of input and output are all of class 08; others are of a stream of the application. */
    @ParameterizedTest
    @ValueSource(strings = {"22023", "58030", "99999"})
    void aStreamOfTheApplicationThatFailsEndsNothing(String state) {
        assertThat(PostgresErrors.endsConnection(withCause(state, new EOFException())))
                .isFalse();
        assertThat(PostgresErrors.endsConnection(withCause(state, new SocketTimeoutException())))
                .isFalse();
        assertThat(PostgresErrors.endsConnection(withCause(null, new IOException())))
                .isFalse();
    }

    @Test
    void withoutAStateAndACauseNothingIsKnownToBeWrong() {
        assertThat(PostgresErrors.endsConnection(new SQLException("failed"))).isFalse();
    }

    @Test
    void causesInACircleAreNoEndlessLoop() {
        SQLException one = new SQLException("one", "22012");
        SQLException other = new SQLException("other", "22012");
        one.initCause(other);
        other.initCause(one);

        assertThat(PostgresErrors.endsConnection(one)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "08P01", "57P01", "57P02", "57P03", "53300", "53200", "58030", "XX000"})
    void whatTheServerSaysOfItsConditionMayPass(String state) {
        assertThat(PostgresErrors.mayPass(ofServer("FATAL", state))).isTrue();
        assertThat(PostgresErrors.mayPass(new SQLException("wrapped", state, ofServer("FATAL", state))))
                .isTrue();
        assertThat(PostgresErrors.mayPass(
                        new SQLException("wrapped", state, new IllegalStateException(ofServer("FATAL", state)))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "28000", "3D000", "42501", "42704", "08004", "22023"})
    void aFailureToConnectWillNotPass(String state) {
        assertThat(PostgresErrors.mayPass(ofServer("FATAL", state))).isFalse();
        assertThat(PostgresErrors.mayPass(new SQLException("failed", state))).isFalse();
        assertThat(PostgresErrors.mayPass(withCause(state, new IOException()))).isFalse();
    }

    /** No server of the wanted kind, no turn to connect, an answer out of turn. */
    @ParameterizedTest
    @ValueSource(strings = {"08001", "08P01", "57P03"})
    void whatTheDriverFindsMissingMayPass(String state) {
        assertThat(PostgresErrors.mayPass(new SQLException("failed", state))).isTrue();
    }

    private static Stream<Throwable> failuresOfTheNetwork() {
        return Stream.of(
                new ConnectException("refused"),
                new UnknownHostException("host"),
                new SocketTimeoutException(),
                new EOFException(),
                new IOException("Broken pipe"),
                new SSLHandshakeException("Remote host terminated the handshake").initCause(new EOFException()),
                new SSLException("Connection reset", new SocketException("Connection reset")),
                new SSLException("Read timed out", new SocketTimeoutException()));
    }

    @ParameterizedTest
    @MethodSource
    void failuresOfTheNetwork(Throwable failure) {
        assertThat(PostgresErrors.mayPass(withCause("08006", failure))).isTrue();
        assertThat(PostgresErrors.mayPass(withCause("08001", failure))).isTrue();
        assertThat(PostgresErrors.mayPass(withCause(null, failure))).isTrue();
    }

    private static Stream<Throwable> failuresOfASetting() {
        return Stream.of(
                new SSLHandshakeException("Received fatal alert: handshake_failure"),
                new SSLHandshakeException("PKIX").initCause(new CertificateException()),
                new CertificateException(),
                new IOException("keystore password was incorrect", new UnrecoverableKeyException()),
                new FileNotFoundException("root.crt"),
                new NoSuchFileException("root.crt"),
                new ClassNotFoundException("com.example.Factory"),
                new IllegalArgumentException());
    }

    @ParameterizedTest
    @MethodSource
    void failuresOfASetting(Throwable failure) {
        assertThat(PostgresErrors.mayPass(withCause("08006", failure))).isFalse();
        assertThat(PostgresErrors.mayPass(withCause("08001", failure))).isFalse();
        assertThat(PostgresErrors.mayPass(withCause(null, failure))).isFalse();
    }

    /** A host that the certificate does not name, a key file that others may read. */
    @Test
    void whatTheDriverRefusesWithoutAnyCauseWillNotPass() {
        assertThat(PostgresErrors.mayPass(new SQLException("failed", "08006"))).isFalse();
        assertThat(PostgresErrors.mayPass(new SQLException("failed"))).isFalse();
    }

    @Test
    void tooManyConnectionsIsTold() {
        assertThat(PostgresErrors.isFull(new SQLException("full", "53300"))).isTrue();
        assertThat(PostgresErrors.isFull(new SQLException("other", "53200"))).isFalse();
    }
}
