/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/** What a struct of the version before holds in one entry, by the names that its components have in C. */
public interface OldValue {
    /**
     * A number, an enum's constant or a {@code bool}. Numbers of 64 bits without a sign come as their bits.
     *
     * @param component {@code packets}, or {@code peer.port} of a struct in it; empty where the old value was no struct
     * @throws IllegalArgumentException when there is no such component, or it is no number of at most 64 bits
     */
    long number(String component);

    /**
     * The bytes of any component but a bit-field, as they are in the map.
     *
     * @throws IllegalArgumentException when there is no such component
     */
    byte[] bytes(String component);
}
