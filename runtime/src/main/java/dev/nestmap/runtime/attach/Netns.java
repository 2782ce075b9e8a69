/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Runs a program in a network namespace. A {@code sk_lookup} program chooses the socket that receives a packet; a namespace may have
 * several. A {@code flow_dissector} program parses packet headers; a namespace has one at most. The link can be updated.
 *
 * @param file file of the namespace
 */
public record Netns(Path file) implements Hook<Netns.Kind, KernelLink> {
    /** The kind of programs for network namespaces. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** Checks that the file is not null. */
    public Netns {
        Objects.requireNonNull(file, "file");
    }

    /**
     * Returns the attachment to a network namespace.
     *
     * @param file file of the namespace: {@code /run/netns/blue} for the namespace {@code blue} of {@code ip netns}
     * @return the attachment
     */
    public static Netns of(Path file) {
        return new Netns(file);
    }

    /** {@return the attachment to the network namespace of the thread that attaches the program} */
    public static Netns current() {
        return new Netns(Path.of("/proc/thread-self/ns/net"));
    }

    @Override
    public String target() {
        return "network namespace " + file;
    }
}
