/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * Filters the packets that a socket receives. Section: {@code socket}.
 *
 * <p>The kernel has no links for sockets: the program stays attached until its link or the socket is closed, or another filter replaces it. Closing
 * the link removes the filter only if the descriptor is still open and this process has not attached another filter to the socket.
 *
 * @param descriptor file descriptor of a socket of this process
 */
public record SocketFilter(int descriptor) implements Hook<SocketFilter.Kind, Link> {
    /** The kind of filters of sockets. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /**
     * Returns the attachment to a socket.
     *
     * @param descriptor file descriptor of a socket of this process
     * @return the attachment
     */
    public static SocketFilter of(int descriptor) {
        return new SocketFilter(descriptor);
    }

    @Override
    public String target() {
        return "socket " + descriptor;
    }
}
