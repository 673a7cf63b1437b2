package com.terafy.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.Collectors;

/** Starts a server, says where it is and never closes it; ends when its input does. */
final class ServerInAnotherJvm {

    private ServerInAnotherJvm() {}

    public static void main(String[] arguments) throws IOException {
        TestPostgres postgres = TestPostgres.builder().start();
        System.out.println(postgres.home());
        System.out.println(postgres.processes().stream()
                .map(process -> Long.toString(process.pid()))
                .collect(Collectors.joining(" ")));
        if (List.of(arguments).contains("freeze")) {
            postgres.freeze();
        }
        System.in.transferTo(OutputStream.nullOutputStream());
    }
}
