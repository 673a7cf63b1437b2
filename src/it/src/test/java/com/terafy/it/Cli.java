package com.terafy.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** WildFly's command line, connected to a server, as an operator starts it. */
public final class Cli {

    /** What a command said, and whether it worked. */
    public record Said(boolean worked, String text) {}

    private static final Path PROGRAM = Path.of(System.getProperty("it.wildfly"), "bin", "jboss-cli.sh");

    /** For the connection, and for a server that reloads. */
    private static final int LONGEST_WAIT_MILLIS = 60_000;

    private final int port;

    /** @param port of the server's management interface */
    public Cli(int port) {
        this.port = port;
    }

    /** Runs a script of config/wildfly with further arguments, as its first lines say. */
    public Said script(String name, String... arguments) {
        return run(Path.of("../../config/wildfly", name).toAbsolutePath(), arguments);
    }

    /** Runs commands, one a line. */
    public Said commands(String... lines) {
        try {
            Path file = Files.write(Files.createTempFile("commands", ".cli"), List.of(lines));
            try {
                return run(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Said run(Path file, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                PROGRAM.toString(), "--connect", "--controller=127.0.0.1:" + port, "--timeout=" + LONGEST_WAIT_MILLIS));
        command.addAll(List.of(arguments));
        command.add("--file=" + file);
        try {
            Process cli = new ProcessBuilder(command).redirectErrorStream(true).start();
            cli.getOutputStream().close();
            String said = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(cli.waitFor() == 0, said);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + file, stop);
        }
    }
}
