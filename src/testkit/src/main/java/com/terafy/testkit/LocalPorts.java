package com.terafy.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports of the loopback address, below those that the kernel gives to outgoing connections (32768 and up on
 * Linux). A server that is down for a moment would lose such a port to any client, and a client that keeps trying to
 * reach it would in the end connect to itself. Test JVMs that run side by side never choose the same one: each has its
 * own remainder of the number.
 */
public final class LocalPorts {

    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 100;

    /** As many test JVMs as may run side by side; Surefire numbers them from 1. */
    private static final int JVMS = 8;

    private static final int JVM = Integer.getInteger("surefire.forkNumber", 0) % JVMS;

    private LocalPorts() {}

    /**
     * A port on which nobody listens.
     *
     * @throws IllegalStateException if none is found
     */
    public static int free() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST / JVMS, HIGHEST / JVMS) * JVMS + JVM;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "No free port between " + LOWEST + " and " + HIGHEST + " after " + ATTEMPTS + " attempts");
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
