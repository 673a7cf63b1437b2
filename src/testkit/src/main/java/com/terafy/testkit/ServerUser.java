package com.terafy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom the server runs as. PostgreSQL refuses root, so root's commands change the user first; anybody else's run as
 * they are.
 *
 * @param name the way it is done, for messages
 * @param prefix what stands before each command; the program that runs in the end keeps the process id, or is found
 *     through postmaster.pid
 * @param owner the account that must own the data directory; null if it is the one who runs this program
 */
record ServerUser(
        String name, List<String> prefix, @Nullable Account owner) {

    ServerUser {
        prefix = List.copyOf(prefix);
    }

    /** A line of /etc/passwd. */
    record Account(String name, int user, int group) {}

    /** The first way that works on this machine. */
    static ServerUser find(Binaries binaries) {
        return first(ways(), binaries);
    }

    /** The first that works. */
    static ServerUser first(List<ServerUser> ways, Binaries binaries) {
        List<String> tried = new ArrayList<>();
        for (ServerUser way : ways) {
            String refusal = way.refusal(binaries);
            if (refusal.isEmpty()) {
                return way;
            }
            tried.add(way.name() + ": " + refusal);
        }
        throw new IllegalStateException("PostgreSQL does not run as root, and no way to another user works here: "
                + tried + ". Run the build as an ordinary user, or install util-linux (setpriv), or let the"
                + " temporary directory be one that the account nobody may enter (-Djava.io.tmpdir=…).");
    }

    /** All that may work for the present user, best first. */
    static List<ServerUser> ways() {
        return isRoot() ? waysOfRoot() : List.of(new ServerUser("as the present user", List.of(), null));
    }

    /** The container engines forbid unshare, small images have no setpriv. */
    private static List<ServerUser> waysOfRoot() {
        List<ServerUser> ways = new ArrayList<>();
        account("nobody").ifPresent(nobody -> {
            ways.add(new ServerUser(
                    "setpriv",
                    List.of("setpriv", "--reuid=" + nobody.user(), "--regid=" + nobody.group(), "--clear-groups", "--"),
                    nobody));
            ways.add(new ServerUser(
                    "su", List.of("su", "-s", "/bin/sh", nobody.name(), "-c", "exec \"$@\"", "--", "sh"), nobody));
        });
        // In a user namespace without a mapping root is nobody to itself, and still the owner of root's files.
        ways.add(new ServerUser("unshare", List.of("unshare", "-U", "--"), null));
        return ways;
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Gives the file or directory to the server's account, if that is another than ours. */
    void giveTo(Path file) {
        if (owner == null) {
            return;
        }
        UserPrincipalLookupService accounts = FileSystems.getDefault().getUserPrincipalLookupService();
        try {
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            view.setOwner(accounts.lookupPrincipalByName(Integer.toString(owner.user())));
            view.setGroup(accounts.lookupPrincipalByGroupName(Integer.toString(owner.group())));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot give " + file + " to " + owner.name(), e);
        }
    }

    /** Empty if the way works: the user is another than root and may run the binaries. */
    String refusal(Binaries binaries) {
        String probe = "test \"$(id -u)\" != 0 && test -x \"$1\"";
        List<String> command = List.of(
                "/bin/sh", "-c", probe, "sh", binaries.program("postgres").toString());
        try {
            Commands.Outcome outcome = Commands.run(command(command));
            return outcome.succeeded()
                    ? ""
                    : "exit code " + outcome.exitCode() + " " + outcome.output().strip();
        } catch (UncheckedIOException e) {
            return "not installed";
        }
    }

    private static boolean isRoot() {
        return Commands.require(List.of("id", "-u")).strip().equals("0");
    }

    private static Optional<Account> account(String name) {
        try {
            return Files.readAllLines(Path.of("/etc/passwd")).stream()
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length > 3 && fields[0].equals(name))
                    .map(fields -> new Account(name, Integer.parseInt(fields[2]), Integer.parseInt(fields[3])))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
