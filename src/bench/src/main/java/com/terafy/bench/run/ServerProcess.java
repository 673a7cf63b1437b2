package com.terafy.bench.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JVM of the one WildFly that runs, seen through jcmd, so that nothing has to be deployed in it. */
record ServerProcess(long pid) {

    private static final Pattern THREAD = Pattern.compile("^\"(.*?)\" #", Pattern.MULTILINE);
    private static final Pattern TOTAL = Pattern.compile("^Total +\\d+ +(\\d+)", Pattern.MULTILINE);
    private static final Pattern METASPACE = Pattern.compile("Metaspace +used (\\d+)K");

    static ServerProcess running() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains("jboss-modules.jar"))
                .map(child -> new ServerProcess(child.pid()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No WildFly runs"));
    }

    /** Names of the Java threads, with # for each number in them. */
    List<String> threads() throws IOException, InterruptedException {
        return THREAD.matcher(jcmd("Thread.print"))
                .results()
                .map(match -> match.group(1).replaceAll("\\d+", "#"))
                .toList();
    }

    /** Bytes of all objects that can be reached: counting them collects the rest. */
    long heapBytes() throws IOException, InterruptedException {
        return number(TOTAL, jcmd("GC.class_histogram"));
    }

    /** Bytes that classes take. */
    long metaspaceBytes() throws IOException, InterruptedException {
        return number(METASPACE, jcmd("GC.heap_info")) * 1024;
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("No " + pattern + " in: " + text);
        }
        return Long.parseLong(matcher.group(1));
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("jcmd " + command + ": " + answer);
        }
        return answer;
    }
}
