/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.Locale;
import java.util.Objects;

/**
 * Runs a program for the packets that an interface receives or sends (Linux 6.6). Sections: {@code tcx/ingress}, {@code tcx/egress}, {@code
 * tc/ingress}, {@code tc/egress}, and {@code tc} and {@code classifier} for either direction. A hook may have many programs. The link can
 * be updated.
 *
 * @param interfaceName name of the interface in the network namespace of the calling thread
 * @param direction which packets
 * @param anchor place among the programs of the hook
 */
public record Tcx(String interfaceName, Direction direction, Anchor anchor) implements Hook<Tcx.Kind, KernelLink> {
    /** The kind of programs that see the packets of an interface at tcx or tc. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** Which packets the program sees. */
    public enum Direction {
        /** Packets that the interface receives. */
        INGRESS,

        /** Packets that the interface sends. */
        EGRESS
    }

    /** Checks that nothing is null, and that the name is not empty and has no control character. */
    public Tcx {
        KernelNameCheck.require("interfaceName", interfaceName);
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(anchor, "anchor");
    }

    /**
     * Returns the attachment to the packets that an interface receives, after all programs of the hook.
     *
     * @param interfaceName name of the interface in the network namespace of the calling thread
     * @return the attachment
     */
    public static Tcx ingress(String interfaceName) {
        return new Tcx(interfaceName, Direction.INGRESS, Anchor.last());
    }

    /**
     * Returns the attachment to the packets that an interface sends, after all programs of the hook.
     *
     * @param interfaceName name of the interface in the network namespace of the calling thread
     * @return the attachment
     */
    public static Tcx egress(String interfaceName) {
        return new Tcx(interfaceName, Direction.EGRESS, Anchor.last());
    }

    /**
     * Returns the attachment at a different place among the programs.
     *
     * @param anchor place among the programs of the hook
     * @return the attachment
     */
    public Tcx withAnchor(Anchor anchor) {
        return new Tcx(interfaceName, direction, anchor);
    }

    @Override
    public String target() {
        return direction.name().toLowerCase(Locale.ROOT) + " of interface " + interfaceName;
    }
}
