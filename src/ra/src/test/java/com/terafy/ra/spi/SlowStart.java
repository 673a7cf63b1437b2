package com.terafy.ra.spi;

import com.terafy.testkit.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A server that answers so many logins as PostgreSQL does while it starts, and after that is another one. It speaks no
 * TLS.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL, 54.7 Message
 *     Formats, ErrorResponse</a>
 */
final class SlowStart implements AutoCloseable {

    private static final String[] FIELDS = {
        "SFATAL", "VFATAL", "C57P03", "Mthe database system is starting up",
    };

    private final TestPostgres behind;
    private final ServerSocket door;
    private int refusals;

    SlowStart(TestPostgres behind, int refusals) throws IOException {
        this.behind = behind;
        this.refusals = refusals;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::answerAll);
    }

    int port() {
        return door.getLocalPort();
    }

    private void answerAll() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (refusals-- > 0) {
                    refuse(client);
                } else {
                    Socket server = new Socket(behind.host(), behind.port());
                    daemon(() -> copy(client, server));
                    daemon(() -> copy(server, client));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** A login begins with its length, itself included. */
    private static void refuse(Socket client) throws IOException {
        try (client) {
            DataInputStream login = new DataInputStream(client.getInputStream());
            login.readNBytes(login.readInt() - Integer.BYTES);
            ByteArrayOutputStream fields = new ByteArrayOutputStream();
            for (String field : FIELDS) {
                fields.writeBytes(field.getBytes(StandardCharsets.UTF_8));
                fields.write(0);
            }
            fields.write(0);
            DataOutputStream answer = new DataOutputStream(client.getOutputStream());
            answer.writeByte('E');
            answer.writeInt(Integer.BYTES + fields.size());
            fields.writeTo(answer);
        }
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream input = from.getInputStream();
                OutputStream output = to.getOutputStream()) {
            input.transferTo(output);
        } catch (IOException ended) {
            return;
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "slow-start");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
