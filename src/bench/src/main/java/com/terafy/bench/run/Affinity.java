package com.terafy.bench.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * On which processors the server and the database run, by {@code taskset} of util-linux.
 *
 * <p>An operation on one thread goes to and fro between the two. On processors of their own each falls asleep meanwhile, and
 * waking it takes longer than a short query does, or not, as it happens; on one processor nobody sleeps.
 */
final class Affinity {

    private final String all = listOf(ProcessHandle.current().pid());

    /** All that this process has started runs on one processor from now on, and so does what that starts. */
    void one() throws IOException, InterruptedException {
        set(all.split("[,-]", -1)[0]);
    }

    /** As at first. */
    void all() throws IOException, InterruptedException {
        set(all);
    }

    private static void set(String processors) throws IOException, InterruptedException {
        List<ProcessHandle> started;
        try (Stream<ProcessHandle> descendants = ProcessHandle.current().descendants()) {
            started = descendants.toList();
        }
        for (ProcessHandle process : started) {
            taskset("-a", "-c", "-p", processors, Long.toString(process.pid()));
        }
    }

    private static String listOf(long pid) {
        try {
            String answer = taskset("-c", "-p", Long.toString(pid));
            return answer.substring(answer.lastIndexOf(' ') + 1).strip();
        } catch (IOException missing) {
            throw new IllegalStateException(
                    "The benchmark needs taskset (Debian: apt-get install util-linux)", missing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking for the processors", e);
        }
    }

    /** A process that has ended meanwhile is no failure. */
    private static String taskset(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                Stream.concat(Stream.of("taskset"), Stream.of(arguments)).toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 && !answer.contains("No such process")) {
            throw new IllegalStateException(command + ": " + answer);
        }
        return answer;
    }
}
