/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** Serves requests for inner maps in the thread of a test. */
public final class ServedByHand {
    private ServedByHand() {}

    /** Ends the thread of a server, which may have served once, and returns the server. */
    public static <K> OnDemandServer<K> stopped(OnDemandServer<K> server) {
        server.close();
        return server;
    }

    /** Does the last work of a stopped server once more. Returns the number of keys with an inner map whose misses were reported. */
    public static int serve(OnDemandServer<?> server) {
        return server.serve();
    }
}
