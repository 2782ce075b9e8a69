/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports for servers in other processes, which listen later. */
public final class FreePort {
    /** Below those that the kernel gives to connections and to sockets without a port: one of these may be taken when the server starts. */
    private static final int END = 32_768;

    private static final int FIRST = 10_000;

    private FreePort() {}

    /** A TCP port of the loopback on which nothing listens. */
    public static int find() throws IOException {
        IOException taken = new IOException("no port is free");
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                taken = e;
            }
        }
        throw taken;
    }
}
