/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.Locale;
import java.util.Objects;

/**
 * Runs a program for the packets that a netkit device sends to its peer (Linux 6.7). Sections: {@code netkit/primary}, {@code netkit/peer},
 * and {@code tc}. A device may have many programs. Attach the programs of both sides to the primary device. The link can be updated.
 *
 * @param interfaceName name of the interface in the network namespace of the calling thread
 * @param side which device sends the packets
 * @param anchor place among the programs of the hook
 */
public record Netkit(String interfaceName, Side side, Anchor anchor) implements Hook<Netkit.Kind, KernelLink> {
    /** The kind of programs that see the packets of a netkit device. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** The device whose packets the program sees. */
    public enum Side {
        /** Packets that the primary device sends. */
        PRIMARY,

        /** Packets that the peer sends. */
        PEER
    }

    /** Checks that nothing is null, and that the name is not empty and has no control character. */
    public Netkit {
        KernelNameCheck.require("interfaceName", interfaceName);
        Objects.requireNonNull(side, "side");
        Objects.requireNonNull(anchor, "anchor");
    }

    /**
     * Returns the attachment to the packets that the primary device sends, after all programs of the hook.
     *
     * @param interfaceName name of the interface in the network namespace of the calling thread
     * @return the attachment
     */
    public static Netkit primary(String interfaceName) {
        return new Netkit(interfaceName, Side.PRIMARY, Anchor.last());
    }

    /**
     * Returns the attachment to the packets that the peer sends, after all programs of the hook.
     *
     * @param interfaceName name of the interface in the network namespace of the calling thread
     * @return the attachment
     */
    public static Netkit peer(String interfaceName) {
        return new Netkit(interfaceName, Side.PEER, Anchor.last());
    }

    /**
     * Returns the attachment at a different place among the programs.
     *
     * @param anchor place among the programs of the hook
     * @return the attachment
     */
    public Netkit withAnchor(Anchor anchor) {
        return new Netkit(interfaceName, side, anchor);
    }

    @Override
    public String target() {
        return side.name().toLowerCase(Locale.ROOT) + " side of netkit device " + interfaceName;
    }
}
