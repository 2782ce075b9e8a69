/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/**
 * The treatment of pins that an object declares for its maps: {@code __uint(pinning, LIBBPF_PIN_BY_NAME)} in C. Such a pin has the name of
 * its map. If a record declares a pin for the same map, the object's declaration has no effect.
 */
public enum AutoPins {
    /**
     * Uses maps that are already pinned, and pins all other maps. The {@link PinOptions} name the directory: by default {@code
     * /sys/fs/bpf}, as for other loaders.
     */
    REUSE,

    /** Creates new maps and pins none. */
    IGNORE
}
