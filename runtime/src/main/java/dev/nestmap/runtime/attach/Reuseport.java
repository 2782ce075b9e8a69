/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * Chooses among the sockets that share a port ({@code SO_REUSEPORT}). Sections: {@code sk_reuseport}, {@code sk_reuseport/migrate}.
 *
 * <p>The kernel has no links for sockets: the program stays attached until its link or the last of the sockets is closed, or another program replaces
 * it. Closing the link removes the program only if the descriptor is still open and this process has not attached another program to the same socket.
 * If you replaced the program through a different socket of the port, keep the old link open, because closing it would remove the new program.
 *
 * @param descriptor file descriptor of one of the sockets
 */
public record Reuseport(int descriptor) implements Hook<Reuseport.Kind, Link> {
    /** The kind of programs that choose a socket. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /**
     * Returns the attachment to the sockets that share a port.
     *
     * @param descriptor file descriptor of one of the sockets
     * @return the attachment
     */
    public static Reuseport of(int descriptor) {
        return new Reuseport(descriptor);
    }

    @Override
    public String target() {
        return "the sockets that share the port of socket " + descriptor;
    }
}
