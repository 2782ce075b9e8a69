/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.Objects;

/**
 * Runs an XDP program for each packet that a network interface receives. Sections: {@code xdp}, {@code xdp.frags}. An interface has one XDP
 * program per mode. The link can be updated.
 *
 * @param interfaceName name of the interface in the network namespace of the calling thread
 * @param mode where the program runs
 */
public record Xdp(String interfaceName, Mode mode) implements Hook<Xdp.Kind, KernelLink> {
    /** The kind of XDP programs. The Java compiler uses this type to check hooks. */
    public interface Kind {}

    /** Where an XDP program runs. */
    public enum Mode {
        /** In the driver if it supports XDP, otherwise {@link #GENERIC}. */
        AUTO,

        /** In the driver. The kernel rejects the attachment if the driver does not support XDP. */
        NATIVE,

        /** In the network stack, which works for every interface and is slower. */
        GENERIC,

        /** On the network card. */
        OFFLOAD
    }

    /** Checks that nothing is null, and that the name is not empty and has no control character. */
    public Xdp {
        KernelNameCheck.require("interfaceName", interfaceName);
        Objects.requireNonNull(mode, "mode");
    }

    /**
     * Returns the attachment to an interface, in the driver if it supports XDP.
     *
     * @param interfaceName name of the interface in the network namespace of the calling thread
     * @return the attachment
     */
    public static Xdp on(String interfaceName) {
        return new Xdp(interfaceName, Mode.AUTO);
    }

    /**
     * Returns the attachment in another mode.
     *
     * @param mode where the program runs
     * @return the attachment
     */
    public Xdp withMode(Mode mode) {
        return new Xdp(interfaceName, mode);
    }

    @Override
    public String target() {
        return "interface " + interfaceName;
    }
}
