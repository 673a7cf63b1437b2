package com.terafy.ra.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.terafy.pool.settings.Setting;
import com.terafy.testkit.FaultProxy;
import com.terafy.testkit.TestPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which failures of TLS, and of the classes and files around it, pass by themselves, and what is said of the others. */
class TlsFailuresTest {

    private static TestPostgres postgres;
    private static TestPostgres withoutTls;

    @TempDir
    private Path files;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.builder().tls().with("ssl_ca_file", "../ca.pem").start();
        withoutTls = TestPostgres.shared();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    private enum End {
        FIN {
            @Override
            void of(Socket client) throws IOException {
                client.shutdownOutput();
            }
        },
        RST {
            @Override
            void of(Socket client) throws IOException {
                client.setSoLinger(true, 0);
            }
        };

        abstract void of(Socket client) throws IOException;
    }

    /** A proxy whose server is away: it agrees to TLS and ends the connection. */
    private static final class HalfProxy implements AutoCloseable {
        private static final byte YES = 'S';
        private static final int SSL_REQUEST_LENGTH = 8;

        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final AtomicInteger accepted = new AtomicInteger();
        private final End end;

        HalfProxy(End end) throws IOException {
            this.end = end;
            Thread acceptor = new Thread(this::acceptAll, "half-proxy");
            acceptor.setDaemon(true);
            acceptor.start();
        }

        private void acceptAll() {
            while (!listener.isClosed()) {
                try (Socket client = listener.accept();
                        OutputStream answer = client.getOutputStream()) {
                    accepted.incrementAndGet();
                    client.getInputStream().readNBytes(SSL_REQUEST_LENGTH);
                    answer.write(YES);
                    answer.flush();
                    client.getInputStream().read(); // the client's hello is under way
                    end.of(client);
                } catch (IOException closed) {
                    // the next one
                }
            }
        }

        @Override
        public void close() {
            try {
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatAgreesToTlsAndEndsIsAnOutage(End end) throws Exception {
        try (HalfProxy proxy = new HalfProxy(end);
                PoolFixture fixture = PoolFixture.through(proxy.listener.getLocalPort(), TestPostgres.shared())
                        .with(Setting.DB_SSL_MODE, "require")
                        .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "1s")
                        .open()) {
            assertThatThrownBy(fixture.dataSource::getConnection)
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageStartingWith("TERAFY0206");
            assertThat(proxy.accepted).hasValueGreaterThan(2);
        }
    }

    private static void assertFailsAtOnce(PoolFixture.Builder pool, String id, String... words) throws Exception {
        try (PoolFixture fixture =
                pool.with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "3s").open()) {
            assertThatThrownBy(fixture.dataSource::getConnection)
                    .isInstanceOf(SQLNonTransientConnectionException.class)
                    .hasMessageStartingWith(id)
                    .hasMessageContainingAll(words)
                    .hasMessageNotContainingAny("s3cret", "tried again");
            assertThat(fixture.statistics().creationFailures()).isEqualTo(1);
        }
    }

    /** The address 127.0.0.1 written as the certificate does not have it. */
    @Test
    void aHostThatTheCertificateDoesNotNameIsTold() throws Exception {
        assertFailsAtOnce(
                PoolFixture.on(postgres)
                        .with(Setting.DB_HOST, "127.1")
                        .with(Setting.DB_SSL_MODE, "verify-full")
                        .with(
                                Setting.DB_SSL_ROOT_CERT,
                                postgres.certificateAuthority().toString()),
                "TERAFY0316: ",
                "127.1",
                "DB_HOST",
                "DB_SSL_MODE",
                "verify-ca");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsTold() throws Exception {
        try (TestPostgres other = TestPostgres.builder().tls().start()) {
            assertFailsAtOnce(
                    PoolFixture.on(postgres)
                            .with(Setting.DB_SSL_MODE, "verify-ca")
                            .with(
                                    Setting.DB_SSL_ROOT_CERT,
                                    other.certificateAuthority().toString()),
                    "TERAFY0317: ",
                    "DB_SSL_ROOT_CERT");
        }
    }

    @Test
    void aFileThatIsNoCertificateIsTold() throws Exception {
        Path nothing = Files.writeString(files.resolve("nothing.pem"), "nothing");
        assertFailsAtOnce(
                PoolFixture.on(postgres)
                        .with(Setting.DB_SSL_MODE, "verify-ca")
                        .with(Setting.DB_SSL_ROOT_CERT, nothing.toString()),
                "TERAFY0317: ",
                "DB_SSL_ROOT_CERT",
                "nothing.pem");
    }

    @ParameterizedTest
    @CsvSource({
        "sslfactory, com.example.Nothing",
        "sslfactory, java.lang.String",
        "socketFactory, com.example.Nothing",
        "sslhostnameverifier, com.example.Nothing",
        "sslpasswordcallback, com.example.Nothing",
        "gssEncMode, nothing",
        "channelBinding, nothing",
    })
    void aWrongPropertyOfTheDriverIsTold(String property, String value) throws Exception {
        assertFailsAtOnce(
                PoolFixture.on(postgres)
                        .with(Setting.DB_SSL_MODE, "verify-full")
                        .with(
                                Setting.DB_SSL_ROOT_CERT,
                                postgres.certificateAuthority().toString())
                        .with(Setting.DB_DRIVER_PROPERTIES, property + "=" + value),
                "TERAFY0318: ",
                "DB_DRIVER_PROPERTIES",
                property);
    }

    @Test
    void aWrongPasswordOfAKeyIsTold() throws Exception {
        Path key = files.resolve("client.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (OutputStream out = Files.newOutputStream(key)) {
            store.store(out, "right".toCharArray());
        }
        assertFailsAtOnce(
                PoolFixture.on(postgres)
                        .with(Setting.DB_SSL_MODE, "require")
                        .with(Setting.DB_DRIVER_PROPERTIES, "sslkey=" + key + ";sslpassword=s3cret"),
                "TERAFY0318: ",
                "DB_DRIVER_PROPERTIES",
                "sslkey",
                "sslpassword");
    }

    @Test
    void aServerWithoutTlsIsTold() throws Exception {
        assertFailsAtOnce(
                PoolFixture.on(withoutTls).with(Setting.DB_SSL_MODE, "require"), "TERAFY0319: ", "DB_SSL_MODE", "ssl");
    }

    @Test
    void aServerThatIsCutOffInTheMiddleIsAnOutageToo() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(postgres);
                PoolFixture fixture = PoolFixture.through(proxy, postgres)
                        .with(Setting.DB_SSL_MODE, "require")
                        .with(Setting.DB_POOL_ACQUIRE_TIMEOUT, "1s")
                        .open()) {
            proxy.resetNew();
            TerafyManagedConnection connectionless = fixture.take();
            assertThatThrownBy(() -> connectionless.getConnection(null, null))
                    .isInstanceOf(jakarta.resource.spi.RetryableUnavailableException.class);
            proxy.open();
            try (Connection connection = fixture.dataSource.getConnection()) {
                assertThat(PoolFixture.query(connection, "SELECT 1")).isEqualTo("1");
            }
        }
    }
}
