package com.terafy.ra.connect;

import com.terafy.pool.settings.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * The addresses of the names in DB_HOST. The driver connects to the first address of a name only, and never learns whether
 * another has the server that is wanted; so a login is tried in turns, in each with the next address of each name. The turn
 * that succeeded last is the first of the next login.
 *
 * <p>Thread-safe.
 */
final class Addresses {

    private static final String LOST_OR_REFUSED = "08";
    private static final String NOT_NOW = "57P";

    private final Names names;
    private final List<HostPort> hosts;
    private volatile int preferred;

    /** What a name stands for at the moment. */
    @FunctionalInterface
    interface Names {
        InetAddress[] of(String name) throws UnknownHostException;
    }

    Addresses(Names names, List<HostPort> hosts) {
        this.names = names;
        this.hosts = hosts;
    }

    /** How many there are at the moment of the name that has most; 1 where none is known. */
    int turns() {
        return Math.max(
                1, hosts.stream().mapToInt(host -> of(host.host()).size()).max().orElse(1));
    }

    /** The first turn of a login. */
    int preferred() {
        return preferred;
    }

    void succeeded(int turn) {
        preferred = turn;
    }

    /** True if it says nothing about another server, as a wrong password does. */
    static boolean isOfThatServer(String state) {
        return state.startsWith(LOST_OR_REFUSED) || state.startsWith(NOT_NOW);
    }

    /** Where to connect to in a turn instead; the same where the name is not known. */
    InetSocketAddress inTurn(int turn, InetSocketAddress endpoint) {
        List<InetAddress> all = of(endpoint.getHostString());
        return all.isEmpty()
                ? endpoint
                : new InetSocketAddress(all.get(Math.floorMod(turn, all.size())), endpoint.getPort());
    }

    /** Those of the first one's kind: the other kind is most often the same server once more. */
    private List<InetAddress> of(String name) {
        try {
            InetAddress[] all = names.of(name);
            return Stream.of(all)
                    .filter(address -> address.getClass() == all[0].getClass())
                    .toList();
        } catch (UnknownHostException unknown) {
            return List.of(); // the driver says it better
        }
    }
}
