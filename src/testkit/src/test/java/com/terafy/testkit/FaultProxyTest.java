package com.terafy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultProxyTest {

    /** Long enough for a byte on loopback to arrive, if one were sent. */
    private static final int SILENCE_MILLIS = 150;
    /** A broken proxy fails the test instead of holding it up: an interrupt does not end a read. */
    private static final int PATIENCE_MILLIS = 5_000;

    private final List<Socket> sockets = new ArrayList<>();
    private ServerSocket listener;
    private FaultProxy proxy;
    private Socket client;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = FaultProxy.to("localhost", listener.getLocalPort());
        client = newClient();
        server = listener.accept();
        server.setSoTimeout(PATIENCE_MILLIS);
        sockets.add(server);
    }

    @AfterEach
    void disconnect() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        proxy.close();
        listener.close();
        await().untilAsserted(() -> assertThat(proxy.openConnections()).isZero());
    }

    private Socket newClient() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        sockets.add(socket);
        return socket;
    }

    @Test
    void withoutFaultsBytesAndClosesPassAndAreCounted() throws IOException {
        send(client, "question");
        assertThat(receive(server, 8)).isEqualTo("question");
        send(server, "answer");
        assertThat(receive(client, 6)).isEqualTo("answer");
        server.close();
        assertThat(client.getInputStream().read()).isEqualTo(-1);

        assertThat(proxy.toServer().bytes()).isEqualTo(8);
        assertThat(proxy.toClient().bytes()).isEqualTo(6);
        assertThat(proxy.accepted()).isEqualTo(1);
    }

    @Test
    void aFrozenDirectionIsSilentAndLosesNothing() throws IOException {
        proxy.toClient().freeze();
        send(client, "in");
        send(server, "out");

        assertThat(receive(server, 2)).isEqualTo("in");
        assertSilent(client);

        proxy.toClient().pass();
        assertThat(receive(client, 3)).isEqualTo("out");
    }

    @Test
    void aDirectionFreezesInTheMiddleAndGoesOnForAFurtherPiece() throws IOException {
        proxy.toClient().freezeAfter(3);
        send(server, "one, two, three");
        assertThat(receive(client, 3)).isEqualTo("one");
        assertSilent(client);

        proxy.toClient().freezeAfter(5);
        assertThat(receive(client, 5)).isEqualTo(", two");
        assertSilent(client);

        proxy.toClient().pass();
        assertThat(receive(client, 7)).isEqualTo(", three");
        assertThat(proxy.toClient().bytes()).isEqualTo(15);
    }

    @Test
    void aFrozenDirectionHidesTheCloseToo() throws IOException {
        proxy.freeze();
        server.close();
        assertSilent(client);

        proxy.pass();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void refusedConnectionsFailAtOnceAndOpenOnesGoOn() throws IOException {
        proxy.refuse();

        assertThatExceptionOfType(ConnectException.class).isThrownBy(this::newClient);
        send(client, "still here");
        assertThat(receive(server, 10)).isEqualTo("still here");

        proxy.open();
        send(newClient(), "again");
        assertThat(receive(listener.accept(), 5)).isEqualTo("again");
    }

    @Test
    void resetReachesBothSides() {
        proxy.reset();

        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> client.getInputStream().read());
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> server.getInputStream().read());
    }

    @Test
    void newConnectionsCanBeReset() {
        proxy.resetNew();

        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> newClient().getInputStream().read());
    }

    @Test
    void delayedBytesComeLater() throws IOException {
        proxy.toClient().delay(Duration.ofMillis(2 * SILENCE_MILLIS));
        send(server, "late");

        assertSilent(client);
        assertThat(receive(client, 4)).isEqualTo("late");
    }

    @Test
    void aCutEndsTheConnectionAfterExactlySoManyBytes() throws IOException {
        proxy.toClient().cutAfter(5);
        send(server, "123");
        assertThat(receive(client, 3)).isEqualTo("123");
        send(server, "456789");

        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("45");
        assertEnds(server);
    }

    @Test
    void aCutHappensOnce() throws IOException {
        proxy.toServer().cutAfter(1);
        send(client, "xy");
        assertThat(new String(server.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("x");

        send(newClient(), "whole");
        assertThat(receive(listener.accept(), 5)).isEqualTo("whole");
    }

    @Test
    void oneDirectionCanBeClosedAlone() throws IOException {
        proxy.toClient().closeHalf();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        send(client, "heard");
        assertThat(receive(server, 5)).isEqualTo("heard");
    }

    @Test
    void aHiddenCloseLeavesTheClientWaiting() throws IOException {
        proxy.toClient().hideClose();
        server.close();

        assertSilent(client);
        send(client, "into");
        send(client, "the void");
        assertSilent(client);

        proxy.pass();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void aHiddenResetLeavesTheClientWaiting() throws IOException {
        proxy.toClient().hideClose();
        server.setSoLinger(true, 0);
        server.close();

        assertSilent(client);
    }

    /** Also where it was reset before the proxy knew that it was connected. */
    @Test
    void aHiddenCloseHidesThatTheServerWasNeverReached() throws IOException {
        proxy.toClient().hideClose();
        listener.close();
        Socket late = newClient();

        assertSilent(late);

        proxy.pass();
        assertEnds(late);
    }

    @Test
    void aServerThatIsDownResetsTheClient() throws IOException {
        listener.close();

        assertEnds(newClient());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String receive(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> socket.getInputStream().read());
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** By FIN or by RST. */
    private static void assertEnds(Socket socket) {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException reset) {
            assertThat(reset).isInstanceOf(SocketException.class);
        }
    }
}
